begin;
select plan(2);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'tests', 'checkout_session', 'cs_1', null);
select tests.receive(tests.fact_pending('pi_1', 'cart'));
select matches(commerce.may_close(p.id), '^Its buyer has paid here', 'a payment is pending')
  from public.started_payments p where p.provider_ref = 'cs_1';
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select matches(commerce.may_close(p.id), '^Its buyer has paid here',
  'the payment is captured') from public.started_payments p
  where p.provider_ref = 'cs_1';

select * from finish();
rollback;
