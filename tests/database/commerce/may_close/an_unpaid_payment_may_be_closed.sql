begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', null);
select is(commerce.may_close(p.id), null, 'nothing was paid there') from public.started_payments p
  where p.provider_ref = 'cs_1';
select tests.receive(tests.fact_failed('pi_1', 'cart'));
select is(commerce.may_close(p.id), null, 'a failed attempt does not block it')
  from public.started_payments p where p.provider_ref = 'cs_1';

select * from finish();
rollback;
