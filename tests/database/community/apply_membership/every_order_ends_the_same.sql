begin;
select plan(1);

select tests.create_user('amina@tests.example');

select tests.ends_the_same_in_every_order(
  'four times, two of them within one second',
  tests.an_event('evt_1', tests.fact_membership('sub_1', 'incomplete', at => 1)),
  tests.an_event('evt_2', tests.fact_membership('sub_1', 'active', at => 2)),
  tests.an_event('evt_3', tests.fact_membership('sub_1', 'cancelled', at => 2)),
  tests.an_event('evt_4', tests.fact_membership('sub_1', 'past_due', at => 1))
);

select * from finish();
rollback;
