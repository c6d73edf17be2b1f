begin;
select plan(2);

select tests.receive(tests.fact_pending('pi_1') || '{"membership_ref": "mem_1"}' || tests.buying_credits(50, 'pack_1'));
select results_eq(
  $$ select p.membership_ref, p.credits, p.credit_pack_ref from tests.the_payment('pi_1') p $$,
  $$ values ('mem_1', 50, 'pack_1') $$, 'its membership, and its credits'
);
select tests.receive(tests.fact_captured('pi_1') || '{"membership_ref": null, "credits": null}',
  tests.fact_captured('pi_1'));
select results_eq(
  $$ select p.membership_ref, p.credits, p.credit_pack_ref from tests.the_payment('pi_1') p $$,
  $$ values ('mem_1', 50, 'pack_1') $$, 'an event without them removes neither'
);

select * from finish();
rollback;
