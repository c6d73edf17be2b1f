begin;
select plan(3);

select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 400));
select is(tests.the_credits('pi_1'), 50::bigint, 'a partial refund changes nothing: an admin agreed to it');
select tests.receive(tests.fact_refund('re_2', 'pi_1', 600));
select results_eq(
  $$ select l.credits, l.reason::text from public.credit_ledger l where l.payment_id = (tests.the_payment('pi_1')).id
  order by l.id $$,
  $$ values (50, 'bought'), (-50, 'refunded') $$, 'a full refund takes all of them: an entry of its own'
);
select tests.receive(tests.fact_refund('re_2', 'pi_1', 600, 'failed'));
select results_eq(
  $$ select l.credits, l.reason::text from public.credit_ledger l where l.payment_id = (tests.the_payment('pi_1')).id
  order by l.id $$,
  $$ values (50, 'bought'), (-50, 'refunded'), (50, 'bought') $$, 'the refund failed: they are given again'
);

select * from finish();
rollback;
