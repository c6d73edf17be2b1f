begin;
select plan(5);

select is(tests.receive(tests.fact_set('lamp', 2, '{"description": "Bright."}')), 'parked',
  'without name and price no product can be created');
select is((tests.the_product('lamp')).id, null, 'and none is');
select matches((select e.error from inbox.events e where e.provider = 'tests' and e.status = 'parked'),
  'There is no product lamp yet', 'the event says so');
select tests.receive(tests.fact_set('lamp', 1, tests.a_whole_product('Lamp')));
select is((tests.the_product('lamp')).description, 'Bright.', 'once it exists, the waiting write is applied');
select is_empty($$ select 1 from inbox.events e where e.provider = 'tests' and e.status = 'parked' $$,
  'and no longer waits');

select * from finish();
rollback;
