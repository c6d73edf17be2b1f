begin;
select plan(4);

select tests.a_product('chair');

select is(tests.receive(tests.fact_product('no such thing', 'Thing')), 'applied', 'an unknown sku is no error');
select is(tests.receive(tests.fact_product(null, 'Thing')), 'applied', 'nor is none');
select is((tests.the_product('no such thing')).id, null, 'it creates no product: it would have no price');
select is((tests.the_product('chair')).name, 'Chair', 'and changes no other');

select * from finish();
rollback;
