begin;
select plan(1);

-- A card was declined at one provider; then the buyer approved at another, and no event about its capture was received.
select tests.a_product('chair');
select tests.a_checkout('cart'), tests.a_checkout('paid');
select tests.receive_events(
  tests.an_event('evt_1', tests.fact_failed('pi_1', 'cart')) || '{"provider": "tests_other"}',
  tests.an_event('evt_2', tests.fact_captured('pi_2', 'paid')) || '{"provider": "tests_other"}'
);
select tests.receive(tests.fact_approved('order_1', 'cart'), tests.fact_approved('order_2', 'paid'));
update public.payment_approvals set created_at = now() - interval '10 minutes' where provider = 'tests';

select is(tests.to_ask_about(), 'approval order_1',
  'it is asked about all the same; not a checkout that was paid another way');

select * from finish();
rollback;
