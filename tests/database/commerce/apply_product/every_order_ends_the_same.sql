begin;
select plan(1);

select tests.a_product('chair');

select tests.ends_the_same_in_every_order(
  'two of the events have the same time',
  tests.an_event('evt_1', tests.fact_product('chair', 'Armchair', at => 1)),
  tests.an_event('evt_2', tests.fact_product('chair', 'Stool', at => 1)),
  tests.an_event('evt_3', tests.fact_product('chair', 'Throne', at => 0))
);

select * from finish();
rollback;
