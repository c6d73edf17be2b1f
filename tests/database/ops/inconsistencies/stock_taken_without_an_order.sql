begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
update public.stock_reservations set status = 'taken' where checkout_session_id = tests.id('cart');

select is(tests.inconsistencies(), 'stock taken without an order', 'it is sold to nobody');

select * from finish();
rollback;
