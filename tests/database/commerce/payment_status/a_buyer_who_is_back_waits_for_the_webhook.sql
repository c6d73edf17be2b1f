begin;
select plan(6);

select tests.a_product('chair');
select tests.a_checkout('cart');
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'processing',
  'a buyer who has just returned sees that the payment is being processed');
select is((commerce.payment_status(tests.id('cart')) ->> 'waited_ms')::integer, 0, 'and since when the buyer waits');
select is(commerce.payment_status(tests.id('cart')) -> 'late', 'false', 'that is not long');
update public.checkout_sessions set returned_at = now() - interval '30 seconds' where id = tests.id('cart');
select is(commerce.payment_status(tests.id('cart')) -> 'late', 'true', 'half a minute is');
update public.checkout_sessions set returned_at = now() - interval '31 seconds' where id = tests.id('cart');
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'unpaid',
  'after half a minute without a webhook it counts as unpaid');
select is((commerce.payment_status(tests.id('cart')) ->> 'waited_ms')::integer, 31000,
  'the first request counts, not the latest');

select * from finish();
rollback;
