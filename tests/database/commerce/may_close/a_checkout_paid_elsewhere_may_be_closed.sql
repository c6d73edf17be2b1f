begin;
select plan(1);

select tests.a_product('chair');
select tests.a_checkout('cart');
select commerce.start_payment(tests.id('cart'), 'another', 'transaction', 'tr_1', null);
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is(commerce.may_close(p.id), null, 'its buyer must not pay twice') from public.started_payments p
  where p.provider_ref = 'tr_1';

select * from finish();
rollback;
