begin;
select plan(1);

select tests.a_product('e-book', stock => null);
select tests.a_checkout('cart', '{"e-book": 1}');
update public.checkout_sessions set status = 'payment_completed', completed_at = now() where id = tests.id('cart');

select is(tests.inconsistencies(), 'completed checkout without an order', 'it says that it was paid');

select * from finish();
rollback;
