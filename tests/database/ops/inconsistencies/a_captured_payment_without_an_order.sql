begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
delete from public.orders where id = (tests.the_order('cart')).id;
update public.checkout_sessions set status = 'open', completed_at = null where id = tests.id('cart');
update public.stock_reservations set status = 'held' where checkout_session_id = tests.id('cart');

select is(tests.inconsistencies(), 'captured payment without an order', 'the buyer paid and gets nothing');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
