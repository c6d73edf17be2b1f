begin;
select plan(6);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', '{}');
select commerce.payment_status(tests.id('cart'));
select tests.passes(3);
select is(tests.asked(), 'tests payment cs_1', 'the first time');
select is(tests.asked(), null, 'not at every call');
select tests.passes(3);
select is(tests.asked(), 'tests payment cs_1', 'again after 3 s');
select tests.passes(5);
select is(tests.asked(), null, 'not after 5 s');
select tests.passes(1);
select is(tests.asked(), 'tests payment cs_1', 'but after 6 s');
update public.started_payments set times_asked = 2000 where provider_ref = 'cs_1';
select tests.passes(60);
select is(tests.asked(), 'tests payment cs_1', 'and at least every minute, however often it was asked');

select * from finish();
rollback;
