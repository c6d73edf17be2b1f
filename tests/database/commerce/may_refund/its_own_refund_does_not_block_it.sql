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
-- The provider refunded and sent the webhook, but its response was lost: the same key gets the same response again.
select tests.remember('request', commerce.request_refund(tests.id('payment'))::text);
select tests.stripe_refunds('re_1', 1000);
select is((select m.outcome from commerce.may_refund(tests.id('request')) m), null, 'it may be requested again');
select commerce.note_refund(tests.id('request'), 're_1');
select is((select q.status::text from public.refund_requests q where q.id = tests.id('request')), 'sent',
  'and is sent');

select * from finish();
rollback;
