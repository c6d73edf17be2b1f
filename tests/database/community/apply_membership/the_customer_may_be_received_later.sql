begin;
select plan(2);

-- Stripe's subscriptions name a customer and no address, and its events come in any order.
select tests.create_user('amina@tests.example');
select tests.receive(tests.fact_membership('sub_1', 'active') || '{"customer_ref": "cus_1"}');
select tests.receive(tests.fact_customer('cus_1', 'amina@tests.example'));
select is((tests.the_membership('sub_1')).user_id, tests.user_id('amina@tests.example'),
  'a membership finds its member once the customer is known');

select tests.ends_the_same_in_every_order(
  'customer and membership',
  tests.an_event('evt_1', tests.fact_membership('sub_2', 'active') || '{"customer_ref": "cus_2"}'),
  tests.an_event('evt_2', tests.fact_customer('cus_2', 'amina@tests.example'))
);

select * from finish();
rollback;
