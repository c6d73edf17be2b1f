begin;
select plan(3);

select tests.a_product('chair');
select tests.is_sold('cart');
select tests.is_refused($$ update public.orders set shipping_address = '{"city": "Berlin"}'
  where id = (tests.the_order('cart')).id $$, 'a_shipping_address_is_an_address', 'an address is whole');
select tests.is_refused($$ update public.orders set recipient_name = repeat('x', 201)
  where id = (tests.the_order('cart')).id $$, 'a_recipient_is_short', 'a name is short');
select tests.is_refused($$ update public.orders set recipient_phone = repeat('1', 41)
  where id = (tests.the_order('cart')).id $$, 'a_recipient_is_short', 'and so is a number');

select * from finish();
rollback;
