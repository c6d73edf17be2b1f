begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.receive(tests.fact_moved('m_1', 'chair', 5));
select tests.receive(tests.fact_count('chair', 2, 10));
select is(tests.the_stock('chair'), 15, 'the movement of 5 happened before or after the count: count again');
select tests.receive(tests.fact_count('chair', 3, 14));
select is(tests.the_stock('chair'), 14, 'and the new count is applied');

select * from finish();
rollback;
