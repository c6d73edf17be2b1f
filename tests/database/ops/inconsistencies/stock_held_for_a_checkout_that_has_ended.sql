begin;
select plan(4);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
update public.checkout_sessions set status = 'payment_failed' where id = tests.id('cart');

select is(tests.inconsistencies(), 'stock held for a checkout that has ended', 'failed');
update public.checkout_sessions set status = 'expired' where id = tests.id('cart');
select is(tests.inconsistencies(), 'stock held for a checkout that has ended', 'or expired');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
