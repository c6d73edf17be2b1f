begin;
select plan(1);

select tests.create_user('amina@tests.example');

select tests.ends_the_same_in_every_order(
  'two of the events have the same time',
  tests.an_event('evt_1', tests.fact_customer('cus_1', 'amina@tests.example', at => 1)),
  tests.an_event('evt_2', tests.fact_customer('cus_1', 'ben@tests.example', at => 2)),
  tests.an_event('evt_3', tests.fact_customer('cus_1', 'cleo@tests.example', at => 2)),
  tests.an_event('evt_4', tests.fact_customer('cus_1', null, at => 0))
);

select * from finish();
rollback;
