begin;
select plan(1);

select tests.create_user('amina@tests.example');

select tests.ends_the_same_in_every_order(
  'an address in the older news, none in the newer',
  tests.an_event('evt_1', tests.fact_membership('sub_1', 'trialing', at => 1) || '{"email": "amina@tests.example"}'),
  tests.an_event('evt_2', tests.fact_membership('sub_1', 'active', at => 2))
);

select * from finish();
rollback;
