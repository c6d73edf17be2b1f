begin;
select plan(3);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', '{}');
select is(tests.asked(), null, 'while no buyer waits no provider is asked');
select commerce.payment_status(tests.id('cart'));
select is(tests.asked(), null, 'the webhook gets a few seconds');
select tests.passes(3);
select is(tests.asked(), 'tests payment cs_1', 'then the provider is asked');

select * from finish();
rollback;
