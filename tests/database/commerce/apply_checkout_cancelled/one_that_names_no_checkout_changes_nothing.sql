begin;
select plan(3);

select is(tests.receive(tests.fact_checkout_cancelled('order_1')), 'applied', 'one that names none');
select is(tests.receive(tests.fact_checkout_cancelled('order_1') || jsonb_build_object('checkout_session_id',
  gen_random_uuid())), 'applied', 'one that names another shop''s checkout');
select is((tests.the_payment('order_1')).id, null, 'no payment is created');

select * from finish();
rollback;
