begin;
select plan(4);

select is(
  tests.receive(tests.fact_captured('pi_1') || '{"checkout_session_id": "00000000-0000-4000-8000-000000000000"}'),
  'applied',
  'a payment that names an unknown checkout is applied'
);
select is((tests.the_payment('pi_1')).status, 'captured', 'it is captured');
select is((tests.the_payment('pi_1')).checkout_session_id, null, 'it has no checkout');
select matches((tests.the_payment('pi_1')).review_reason, '^It names no checkout session of ours',
  'it needs review, and says why');

select * from finish();
rollback;
