begin;
select plan(8);

select tests.a_product('chair', 1000, 10);

create function tests.a_movement(more jsonb) returns text language sql as $$
  select format('insert into public.stock_movements select (jsonb_populate_record(null::public.stock_movements, %L)).*',
    jsonb_build_object(
    'id', gen_random_uuid(), 'product_id', (tests.the_product('chair')).id, 'quantity', 1, 'reason', 'moved',
      'created_at', now()
  ) || more)
$$;
select tests.is_refused(tests.a_movement('{"quantity": 0}'), 'a_movement_moves_something', 'it is not 0');
select tests.is_refused(tests.a_movement(jsonb_build_object('product_id', gen_random_uuid())),
  'a_movement_is_of_a_product', 'of a product');
select tests.is_refused(tests.a_movement(jsonb_build_object('checkout_session_id', gen_random_uuid())),
  'a_movement_may_be_of_a_checkout', 'for a checkout that exists');
select tests.is_refused(tests.a_movement(jsonb_build_object('order_id', gen_random_uuid())),
  'a_movement_may_be_of_an_order', 'or an order');
select tests.is_refused(tests.a_movement('{"provider": "railway"}'), 'another_systems_movement_has_its_id',
  'one by another system has its id');
select tests.is_refused(tests.a_movement('{"provider_ref": "m1"}'), 'another_systems_movement_has_its_id',
  'an id has its system');
select lives_ok(tests.a_movement('{"provider": "railway", "provider_ref": "m1"}'), 'both');
select tests.is_refused(tests.a_movement('{"provider": "railway", "provider_ref": "m1"}'),
  'what_another_system_moved_is_moved_once', 'once');

select * from finish();
rollback;
