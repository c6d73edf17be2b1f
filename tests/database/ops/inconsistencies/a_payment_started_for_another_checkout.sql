begin;
select plan(1);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
select tests.a_checkout('other');
insert into public.started_payments (checkout_session_id, provider, kind, provider_ref)
  values (tests.id('other'), 'tests', 'payment_intent', 'pi_cart');

select is(tests.inconsistencies(), 'payment started for another checkout', 'one of the two is wrong');

select * from finish();
rollback;
