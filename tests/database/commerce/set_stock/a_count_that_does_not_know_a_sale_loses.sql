begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('c', '{"chair": 2}');
select tests.receive(tests.fact_count('chair', 2, 10));
select is(tests.the_stock('chair'), 8, 'a count made before two were reserved is outdated');
select is((tests.the_product('chair')).stock_version, 2::bigint, 'the reservation made version 2');
select tests.receive(tests.fact_count('chair', 3, 7));
select is(tests.the_stock('chair'), 7, 'a count made after it is applied');
select tests.receive(tests.fact_captured('pi_1', 'c', 2000));
select is((tests.the_order('c')).status, 'confirmed', 'and the buyer still holds the two');
select is(tests.the_stock('chair'), 7, 'beside the seven');

select * from finish();
rollback;
