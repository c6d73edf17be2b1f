begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
update public.stock_reservations set status = 'held' where checkout_session_id = tests.id('cart');

select is(tests.inconsistencies(), 'sold and not taken from what there is, stock held for a checkout that has ended',
  'it was sold, and is only reserved');

select * from finish();
rollback;
