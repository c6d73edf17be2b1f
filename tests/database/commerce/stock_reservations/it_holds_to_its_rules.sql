begin;
select plan(4);

select tests.a_product('chair');
select tests.a_product('lamp');
select tests.a_checkout('cart');
create function tests.a_reservation(checkout uuid, product uuid, quantity integer) returns text language sql as $$
  select format('insert into public.stock_reservations (checkout_session_id, product_id, quantity) values (%L, %L, %s)',
    checkout, product, quantity)
$$;
select tests.is_refused(tests.a_reservation(tests.id('cart'), (tests.the_product('lamp')).id, 0),
  'a_quantity_is_positive', 'a quantity is positive');
select tests.is_refused(tests.a_reservation(tests.id('cart'), (tests.the_product('chair')).id, 1),
  'a_checkout_reserves_a_product_once', 'a product is reserved once');
select tests.is_refused(tests.a_reservation(gen_random_uuid(), (tests.the_product('lamp')).id, 1),
  'a_reservation_is_of_a_checkout', 'it is of a checkout');
select tests.is_refused(tests.a_reservation(tests.id('cart'), gen_random_uuid(), 1), 'a_reservation_is_of_a_product',
  'it is of a product');

select * from finish();
rollback;
