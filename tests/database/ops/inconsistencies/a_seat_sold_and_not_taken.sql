begin;
select plan(1);

select tests.a_cohort('autumn');
select tests.a_seat('seat', 'autumn');
select tests.is_sold('cart', '{"seat": 1}');
delete from public.stock_reservations where checkout_session_id = tests.id('cart');

select is(tests.inconsistencies(), 'sold and not taken from what there is',
  'a seat is reserved, whether or not its product is counted');

select * from finish();
rollback;
