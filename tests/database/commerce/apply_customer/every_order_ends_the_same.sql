begin;
select plan(1);

select tests.create_user('amina@example.com');

select tests.ends_the_same_in_every_order(
  'two of the moments are one second',
  tests.an_event('evt_1', tests.fact_customer('cus_1', 'amina@example.com', at => 1)),
  tests.an_event('evt_2', tests.fact_customer('cus_1', 'ben@example.com', at => 2)),
  tests.an_event('evt_3', tests.fact_customer('cus_1', 'cleo@example.com', at => 2)),
  tests.an_event('evt_4', tests.fact_customer('cus_1', null, at => 0))
);

select * from finish();
rollback;
