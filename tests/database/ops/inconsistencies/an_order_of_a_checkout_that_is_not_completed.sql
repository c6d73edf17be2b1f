begin;
select plan(1);

select tests.a_product('e-book', stock => null);
select tests.is_sold('cart', '{"e-book": 1}');
update public.checkout_sessions set status = 'payment_failed', completed_at = null where id = tests.id('cart');

select is(tests.inconsistencies(), 'order of a checkout that is not completed', 'it could be paid again');

select * from finish();
rollback;
