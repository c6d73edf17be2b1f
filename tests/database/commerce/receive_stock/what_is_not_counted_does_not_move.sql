begin;
select plan(2);

select tests.a_product('chair', 1000, null);
select is(tests.receive(tests.fact_moved('m_1', 'chair', -4)), 'applied', 'it raises no error');
select is(tests.the_stock('chair'), null, 'and it stays uncounted');

select * from finish();
rollback;
