begin;
select plan(3);

select tests.receive(
  tests.fact_created('pi_created'), tests.fact_pending('pi_pending'), tests.fact_pending('pi_new'),
  tests.fact_pending('pi_old'), tests.fact_captured('pi_captured'),
  tests.fact_failed('pi_failed'), tests.fact_cancelled('pi_cancelled'), tests.fact_expired('pi_expired')
);
update public.payments set created_at = now() - interval '4 minutes' where provider = 'tests';
update public.payments set created_at = now() - interval '5 minutes' where provider = 'tests'
  and provider_ref = 'pi_created';
update public.payments set created_at = now() - interval '2 minutes' where provider = 'tests'
  and provider_ref = 'pi_new';
update public.payments set created_at = now() - interval '61 days' where provider = 'tests' and provider_ref = 'pi_old';

select is(tests.to_ask_about(), 'payment pi_created, payment pi_pending',
  'the oldest first; not those of the last minutes, nor those that are over or decided');
select is((select count(*)::integer from inbox.to_ask_about('tests', 1)), 1, 'no more than at_most');
select is_empty($$ select 1 from inbox.to_ask_about('tests_other') $$, 'only those of the provider');

select * from finish();
rollback;
