begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', '{}');
select commerce.payment_status(tests.id('cart'));
select tests.passes(10);
select commerce.apply_payment('tests', tests.fact_captured('pi_1', 'cart'));
select is(tests.asked(), null, 'a paid checkout is not asked about');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_2', '{}');
select commerce.payment_status(tests.id('cart'));
select tests.passes(10);
select commerce.cancel_checkout(tests.id('cart'));
select is(tests.asked(), null, 'nor a cancelled one');

select * from finish();
rollback;
