begin;
select plan(5);

select tests.a_lesson('lesson');
select tests.a_booking('cart', 'lesson', interval '1 hour');
update public.checkout_items set starts_at = starts_at - interval '1 day' where checkout_session_id = tests.id('cart');
update public.stock_reservations set starts_at = starts_at - interval '1 day', ends_at = ends_at - interval '1 day'
  where checkout_session_id = tests.id('cart');

select is(tests.receive(tests.fact_captured('pi_1', 'cart')), 'applied', 'the payment counts');
select matches((tests.the_order('cart')).attention_reason, '^lesson was paid after the time it was to begin at',
  'it is shown to an admin');
select is((tests.the_booking('cart')).id, null, 'nothing is booked');
select commerce.settle_order((tests.the_order('cart')).id, without_stock => true, reason => 'a test');
select is((tests.the_order('cart')).status, 'confirmed', 'an admin who agreed on another time settles it');
select is(tests.inconsistencies(), null, 'and the audit accepts it');

select * from finish();
rollback;
