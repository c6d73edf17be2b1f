begin;
select plan(6);

select is(tests.receive(tests.fact_captured('pi_1')), 'applied', 'a payment that names no checkout is applied');

select is((tests.the_payment('pi_1')).status, 'captured', 'it is captured');
select is((tests.the_payment('pi_1')).amount_minor, 1000::bigint, 'with its amount');
select is((tests.the_payment('pi_1')).checkout_session_id, null, 'without a checkout');
select matches((tests.the_payment('pi_1')).review_reason, '^It names no checkout session',
  'it needs review, and says why');
select is_empty($$ select 1 from public.orders o where o.payment_id = (tests.the_payment('pi_1')).id $$,
  'it makes no order');

select * from finish();
rollback;
