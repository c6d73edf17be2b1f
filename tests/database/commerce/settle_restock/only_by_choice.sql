begin;
select plan(2);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
create function tests.stripe_refunds(ref text, amount bigint, status text default 'succeeded') returns text
  language sql as $$
  select tests.receive_events(tests.an_event('evt_' || ref || status, tests.fact_refund(ref, 'pi_cart', amount, status))
    || '{"provider": "stripe"}')
$$;
select tests.remember('request', commerce.request_refund(tests.id('payment'))::text);
select commerce.note_refund(tests.id('request'), 're_1');
select tests.stripe_refunds('re_1', 1000);

select is((tests.the_order('cart')).status, 'refunded', 'refunded in full');
select is(tests.the_stock('chair'), 9, 'the chair may be broken');

select * from finish();
rollback;
