begin;
select plan(10);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
create function tests.stripe_refunds(ref text, amount bigint, status text default 'succeeded') returns text
  language sql as $$
  select tests.receive_events(tests.an_event('evt_' || ref || status, tests.fact_refund(ref, 'pi_cart', amount, status))
    || '{"provider": "stripe"}')
$$;
create function tests.is_left() returns bigint language sql as $$ select commerce.refundable(tests.id('payment')) $$;
select is(tests.is_left(), 1000::bigint, 'all');
select tests.stripe_refunds('re_1', 100, 'pending');
select is(tests.is_left(), 900::bigint, 'less the pending refund');
select tests.stripe_refunds('re_1', 100);
select is(tests.is_left(), 900::bigint, 'and the refunded amount');
select tests.remember('request', commerce.request_refund(tests.id('payment'), 200)::text);
select is(tests.is_left(), 700::bigint, 'and the requested amount');
select commerce.note_refund(tests.id('request'), 're_2');
select is(tests.is_left(), 700::bigint, 'which is sent');
select tests.stripe_refunds('re_2', 200);
select is(tests.is_left(), 700::bigint, 'and counts once when its event is applied');
select tests.stripe_refunds('re_2', 200, 'failed');
select is(tests.is_left(), 900::bigint, 'a failed refund is available again');
select tests.remember('request', commerce.request_refund(tests.id('payment'), 300)::text);
select commerce.note_refund(tests.id('request'), error => 'The charge is disputed.');
select is(tests.is_left(), 900::bigint, 'so is a refused one');
select tests.receive_events(tests.an_event('evt_total', tests.fact_refunded_total('pi_cart', 650))
  || '{"provider": "stripe"}');
select is(tests.is_left(), 550::bigint, 'a total of 650, of which 200 failed, includes refunds without an event');
select is(commerce.refundable(gen_random_uuid()), null, 'an unknown payment has nothing');

select * from finish();
rollback;
