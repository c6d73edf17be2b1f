begin;
select plan(4);

select tests.a_product('chair', 1000);
select tests.a_product('lamp', 333);
select tests.a_discount('TENTH', 10);
select tests.a_shipment('cart', '{"discount_code": "tenth"}', '{"chair": 1, "lamp": 1}');
select is(tests.the_price('cart'), '1333 - 133 + 0 + 0 = 1200', 'it is off the total');
select is((select sum(i.discount_minor)::integer from public.checkout_items i
  where i.checkout_session_id = tests.id('cart')), 133, 'and the items'' parts add up to it');
select tests.receive(tests.fact_captured('pi_1', 'cart', 1200));
select is((tests.the_order('cart')).discount_minor || ' ' || (tests.the_order('cart')).discount_code, '133 TENTH',
  'the order has it');
select is(tests.inconsistencies(), null, 'the audit agrees');

select * from finish();
rollback;
