begin;
select plan(1);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.apply_payment('tests', tests.fact_pending('pi_1', 'cart'));
select commerce.payment_status(tests.id('cart'));
update public.checkout_sessions set returned_at = now() - interval '2 hours' where id = tests.id('cart');
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'processing', 'a bank transfer may take days');

select * from finish();
rollback;
