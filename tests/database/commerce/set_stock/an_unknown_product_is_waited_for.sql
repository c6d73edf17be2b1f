begin;
select plan(2);

select is(tests.receive(tests.fact_count('lamp', 1, 3)), 'parked', 'it waits');
select tests.receive(tests.fact_set('lamp', 1, tests.a_whole_product('Lamp')));
select is(tests.the_stock('lamp'), 3, 'until the product is known');

select * from finish();
rollback;
