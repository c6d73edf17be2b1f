begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
select tests.a_checkout('other');
update public.payments set checkout_session_id = tests.id('other') where provider_ref = 'pi_cart';

select is(tests.inconsistencies(), 'order of another checkout than its payment',
  'the payment was for another checkout');

select * from finish();
rollback;
