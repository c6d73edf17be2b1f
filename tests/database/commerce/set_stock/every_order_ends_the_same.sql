begin;
select plan(1);

select tests.a_product('chair', 1000, 5);
select tests.ends_the_same_in_every_order(
  'the count with the highest version wins',
  tests.an_event('evt_1', tests.fact_count('chair', 2, 12)),
  tests.an_event('evt_2', tests.fact_count('chair', 4, 3)),
  tests.an_event('evt_3', tests.fact_count('chair', 3, 40)),
  tests.an_event('evt_4', tests.fact_count('chair', 1, 99))
);

select * from finish();
rollback;
