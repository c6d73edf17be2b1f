begin;
select plan(3);

select tests.receive(tests.fact_pending('pi_1') || tests.buying_credits(50));
select is(tests.the_credits('pi_1'), null, 'a pending payment buys nothing yet');
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50));
select is(tests.the_credits('pi_1'), 50::bigint, 'a captured one does');
select tests.receive(tests.fact_captured('pi_1') || tests.buying_credits(50), tests.fact_captured('pi_1'));
select tests.receive(tests.fact_dispute('dp_1', 'pi_1', 'needs_response'),
  tests.fact_dispute('dp_1', 'pi_1', 'won', at => 1));

select results_eq(
  $$ select l.credits, l.reason::text, l.provider from public.credit_ledger l
  where l.payment_id = (tests.the_payment('pi_1')).id $$, $$ values (50, 'bought', 'tests') $$,
  'once, whatever other events follow'
);

select * from finish();
rollback;
