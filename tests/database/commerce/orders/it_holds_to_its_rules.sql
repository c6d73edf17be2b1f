begin;
select plan(9);

select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.a_checkout('other');
select tests.receive(tests.fact_captured('pi_1', 'cart'), tests.fact_captured('pi_2'));
create function tests.an_order(payment uuid, checkout uuid, but text default 'total_minor', val text default '1')
  returns text language sql as $$
  select format('insert into public.orders select (jsonb_populate_record(null::public.orders, %L)).*',
    jsonb_build_object(
    'id', gen_random_uuid(), 'number', -1, 'payment_id', payment, 'checkout_session_id', checkout, 'email', 'x',
    'status', 'confirmed', 'total_minor', 1, 'tax_minor', 0, 'shipping_minor', 0, 'discount_minor', 0,
    'currency', 'EUR',
    'created_at', now(), 'updated_at', now()
  ) || jsonb_build_object(but, val))
$$;
create function tests.overriding(statement text) returns text language sql as $$
  select replace(statement, 'public.orders select', 'public.orders overriding system value select') $$;
select tests.is_refused(tests.overriding(tests.an_order((tests.the_payment('pi_1')).id, tests.id('other'))),
  'a_payment_makes_one_order', 'a payment makes one order');
select tests.is_refused(tests.overriding(tests.an_order((tests.the_payment('pi_2')).id, tests.id('cart'))),
  'a_checkout_makes_one_order', 'a checkout makes one order');
select tests.is_refused(tests.overriding(tests.an_order(gen_random_uuid(), tests.id('other'))),
  'an_order_is_paid_by_a_payment', 'it is paid by a payment');
select tests.is_refused(tests.overriding(tests.an_order((tests.the_payment('pi_2')).id, gen_random_uuid())),
  'an_order_is_of_a_checkout', 'it is of a checkout');
select tests.is_refused(tests.overriding(tests.an_order((tests.the_payment('pi_2')).id, tests.id('other'),
  'total_minor', '-1')), 'a_total_is_not_negative', 'a total is not negative');
select tests.is_refused(tests.overriding(tests.an_order((tests.the_payment('pi_2')).id, tests.id('other'), 'currency',
  'eur')), 'a_currency_is_an_iso_code', 'a currency is an ISO code');
select tests.is_refused(tests.overriding(tests.an_order((tests.the_payment('pi_2')).id, tests.id('other'), 'status',
  'needs_attention')), 'attention_has_a_reason', 'what needs attention says why');
select tests.is_refused(tests.overriding(tests.an_order((tests.the_payment('pi_2')).id, tests.id('other'), 'number',
  (tests.the_order('cart')).number::text)), 'a_number_names_one_order', 'a number names one order');
select throws_ok(tests.an_order((tests.the_payment('pi_2')).id, tests.id('other')), '428C9', null,
  'nobody chooses a number');

select * from finish();
rollback;
