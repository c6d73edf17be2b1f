begin;
select plan(3);

select tests.a_product('chair', 1000, 5);
select tests.receive(tests.fact_product('chair', 'Chair') || '{"price_minor": 1, "stock": 999, "currency": "XAF"}');

select is((tests.the_product('chair')).price_minor, 1000::bigint, 'no provider sets a price');
select is((tests.the_product('chair')).currency, 'EUR', 'nor a currency');
select is(tests.the_stock('chair'), 5, 'nor the stock');

select * from finish();
rollback;
