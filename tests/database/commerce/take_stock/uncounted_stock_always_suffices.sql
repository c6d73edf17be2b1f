begin;
select plan(2);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('cart');
select tests.receive(tests.fact_checkout_expired('cart'));
update public.products set stock = null where sku = 'chair';
select tests.receive(tests.fact_captured('pi_1', 'cart'));

select is((tests.the_order('cart')).status, 'confirmed', 'the order is confirmed');
select is(tests.the_stock('chair'), null, 'its stock stays uncounted');

select * from finish();
rollback;
