begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
update public.order_items set unit_price_minor = 999 where order_id = (tests.the_order('cart')).id;
update public.checkout_items set unit_price_minor = 999 where checkout_session_id = tests.id('cart');

select is(tests.inconsistencies(), 'order and its items differ in total', 'by one minor unit');

select * from finish();
rollback;
