begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
update public.stock_reservations set status = 'released' where checkout_session_id = tests.id('cart');

select is(tests.inconsistencies(), 'sold and not taken from what there is', 'it is on sale, and sold');
delete from public.stock_reservations where checkout_session_id = tests.id('cart');
select is(tests.inconsistencies(), 'sold and not taken from what there is', 'or was never reserved');
select tests.a_product('e-book', stock => null);
select tests.is_sold('file', '{"e-book": 1}');
update public.products set stock = 5 where sku = 'e-book';
select is(tests.inconsistencies(), 'sold and not taken from what there is',
  'goods that were not counted at the sale need no reservation');

select * from finish();
rollback;
