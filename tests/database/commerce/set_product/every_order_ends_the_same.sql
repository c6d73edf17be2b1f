begin;
select plan(2);

select tests.a_product('chair');
select tests.ends_the_same_in_every_order(
  'partial writes to an existing product',
  tests.an_event('evt_1', tests.fact_set('chair', 2, '{"name": "Armchair", "description": "Soft."}')),
  tests.an_event('evt_2', tests.fact_set('chair', 3, '{"price_minor": 2000, "currency": "XAF"}')),
  tests.an_event('evt_3', tests.fact_set('chair', 4, '{"name": "Throne", "active": false}')),
  tests.an_event('evt_4', tests.fact_set('chair', 1, '{"active": true, "description": "Hard."}'))
);
select tests.ends_the_same_in_every_order(
  'and to one that they create',
  tests.an_event('evt_1', tests.fact_set('lamp', 1, tests.a_whole_product('Lamp') || '{"description": "Bright."}')),
  tests.an_event('evt_2', tests.fact_set('lamp', 2, tests.a_whole_product('Light', 900))),
  tests.an_event('evt_3', tests.fact_set('lamp', 3, '{"name": "Lantern"}'), tests.fact_count('lamp', 1, 4)),
  tests.an_event('evt_4', tests.fact_count('lamp', 2, 9))
);

select * from finish();
rollback;
