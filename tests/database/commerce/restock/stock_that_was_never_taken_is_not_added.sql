begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
update public.products set stock = 1 where sku = 'chair';
select tests.a_product('e-book', 500, null);
select tests.a_checkout('late', '{"chair": 1, "e-book": 1}'), tests.receive(tests.fact_checkout_expired('late'));
select tests.is_sold('quick');
select tests.is_paid('late');

select is(commerce.restock((tests.the_order('late')).id), 0, 'it was sold out when it was paid');
select is(tests.the_stock('chair'), 0, 'nothing is on sale');

select * from finish();
rollback;
