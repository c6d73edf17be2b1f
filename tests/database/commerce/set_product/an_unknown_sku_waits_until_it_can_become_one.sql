begin;
select plan(5);

select is(tests.receive(tests.fact_set('lamp', 2, '{"description": "Bright."}')), 'parked',
  'without name and price there is nothing to make it of');
select is((tests.the_product('lamp')).id, null, 'and nothing is made');
select matches((select e.error from inbox.events e where e.provider = 'tests' and e.status = 'parked'),
  'There is no product lamp yet', 'which is said');
select tests.receive(tests.fact_set('lamp', 1, tests.a_whole_product('Lamp')));
select is((tests.the_product('lamp')).description, 'Bright.', 'once it is there, what waited is applied');
select is_empty($$ select 1 from inbox.events e where e.provider = 'tests' and e.status = 'parked' $$,
  'and waits no more');

select * from finish();
rollback;
