begin;
select plan(4);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
update public.checkout_sessions set expires_at = now() - interval '9 minutes' where id = tests.id('cart');
select is(tests.inconsistencies(), null, 'cron runs every minute');
update public.checkout_sessions set expires_at = now() - interval '11 minutes' where id = tests.id('cart');

select is(tests.inconsistencies(), 'checkout open past its time', 'ten minutes later it should have run');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
