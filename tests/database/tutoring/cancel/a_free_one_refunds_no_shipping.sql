begin;
select plan(3);

select tests.create_user('student@tests.example'), tests.create_user('tutor@tests.example');
select tests.a_lesson('lesson', price => 0);
select tests.a_product('sample', 0);
select tests.a_rate('{DE}', 500);

select tests.remember('cart', commerce.open_checkout('student@tests.example', jsonb_build_array(
  jsonb_build_object('sku', 'lesson', 'quantity', 1, 'starts_at', ops.iso_utc(now() + interval '3 days')),
  jsonb_build_object('sku', 'sample', 'quantity', 1)), null, null, jsonb_build_object(
  'shipping_address', tests.an_address()))::text);
select is(tests.the_price('cart'), '0 - 0 + 500 + 0 = 500', 'nothing but the shipping is paid');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('session', (tests.the_booking('cart')).id::text);
select is(tests.cancels('student@tests.example'), 'student none', 'the session cost nothing');
select is((select count(*)::integer from public.refund_requests), 0, 'so the shipping of the sample stays paid');

select * from finish();
rollback;
