begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.receive(tests.fact_moved('m_1', 'chair', 5));
select tests.receive(tests.fact_count('chair', 2, 10));
select is(tests.the_stock('chair'), 15, 'the five came in after it was counted, or before: who counts again knows');
select tests.receive(tests.fact_count('chair', 3, 14));
select is(tests.the_stock('chair'), 14, 'and is believed');

select * from finish();
rollback;
