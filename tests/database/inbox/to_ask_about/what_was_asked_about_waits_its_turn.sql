begin;
select plan(1);

select tests.receive(tests.fact_pending('pi_1'), tests.fact_pending('pi_2'), tests.fact_pending('pi_3'));
update public.payments set created_at = now() - interval '1 hour' where provider = 'tests';
insert into inbox.inquiries (provider, ref, next_at) values
  ('tests', 'pi_1', now() + interval '1 minute'), ('tests', 'pi_2', now()),
  ('tests_other', 'pi_3', now() + interval '1 minute');

select is(tests.to_ask_about(), 'payment pi_3, payment pi_2',
  'one that was never asked about comes first; one that is not due is left out');

select * from finish();
rollback;
