begin;
select plan(6);

select tests.a_product('chair');
select tests.a_checkout('cart');
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'processing',
  'who is just back is told that the payment is being processed');
select is((commerce.payment_status(tests.id('cart')) ->> 'waited_ms')::integer, 0, 'and since when he waits');
select is(commerce.payment_status(tests.id('cart')) -> 'late', 'false', 'that is not long');
update public.checkout_sessions set returned_at = now() - interval '30 seconds' where id = tests.id('cart');
select is(commerce.payment_status(tests.id('cart')) -> 'late', 'true', 'half a minute is');
update public.checkout_sessions set returned_at = now() - interval '31 seconds' where id = tests.id('cart');
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'unpaid',
  'after half a minute without news it counts as not paid');
select is((commerce.payment_status(tests.id('cart')) ->> 'waited_ms')::integer, 31000,
  'the first asking counts, not the latest');

select * from finish();
rollback;
