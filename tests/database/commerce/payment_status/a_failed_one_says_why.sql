begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.apply_payment('tests', tests.fact_failed('pi_1', 'cart'));
select is(commerce.payment_status(tests.id('cart')) ->> 'state', 'failed', 'a failed payment says so');
select is(commerce.payment_status(tests.id('cart')) ->> 'failure', 'The card was declined.', 'and why');

select * from finish();
rollback;
