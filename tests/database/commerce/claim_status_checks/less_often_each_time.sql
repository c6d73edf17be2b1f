begin;
select plan(6);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', '{}');
select commerce.payment_status(tests.id('cart'));
select tests.passes(3);
select is(tests.asked(), 'tests payment cs_1', 'a first time');
select is(tests.asked(), null, 'not for everybody who looks');
select tests.passes(3);
select is(tests.asked(), 'tests payment cs_1', 'again 3 s later');
select tests.passes(5);
select is(tests.asked(), null, 'not 5 s later');
select tests.passes(1);
select is(tests.asked(), 'tests payment cs_1', 'but 6 s later');
update public.started_payments set times_asked = 2000 where provider_ref = 'cs_1';
select tests.passes(60);
select is(tests.asked(), 'tests payment cs_1', 'and, however often it was asked, each minute');

select * from finish();
rollback;
