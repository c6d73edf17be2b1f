begin;
select plan(3);

select tests.create_user('amina@tests.example');

select tests.ends_the_same_in_every_order(
  'an address in the older event, none in the newer',
  tests.an_event('evt_1', tests.fact_membership('sub_1', 'trialing', at => 1) || '{"email": "amina@tests.example"}'),
  tests.an_event('evt_2', tests.fact_membership('sub_1', 'active', at => 2))
);

select is((tests.the_membership('sub_1')).email, null, 'and no trace is left');
select tests.ends_the_same_in_every_order(
  'two addresses, and a newer event without one',
  tests.an_event('evt_1', tests.fact_membership('sub_2', 'trialing', at => 1) || '{"email": "first@tests.example"}'),
  tests.an_event('evt_2', tests.fact_membership('sub_2', 'active', at => 2) || '{"email": "amina@tests.example"}'),
  tests.an_event('evt_3', tests.fact_membership('sub_2', 'past_due', at => 3))
);

select * from finish();
rollback;
