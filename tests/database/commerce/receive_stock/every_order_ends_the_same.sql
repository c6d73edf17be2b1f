begin;
select plan(1);

select tests.a_product('chair', 1000, 5);
select tests.ends_the_same_in_every_order(
  'an outgoing movement before the incoming one that it depends on',
  tests.an_event('evt_1', tests.fact_moved('m_1', 'chair', 10)),
  tests.an_event('evt_2', tests.fact_moved('m_2', 'chair', -12)),
  tests.an_event('evt_3', tests.fact_moved('m_3', 'chair', -3)),
  tests.an_event('evt_4', tests.fact_moved('m_1', 'chair', 10))
);

select * from finish();
rollback;
