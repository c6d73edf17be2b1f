begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
create function tests.stripe_refunds(ref text, amount bigint, status text default 'succeeded') returns text
  language sql as $$
  select tests.receive_events(tests.an_event('evt_' || ref || status, tests.fact_refund(ref, 'pi_cart', amount, status))
    || '{"provider": "stripe"}')
$$;
select tests.remember('request', commerce.request_refund(tests.id('payment'), 600)::text);
create function tests.may() returns text language sql as $$
  select coalesce(m.outcome, 'yes') || coalesce(': ' || m.reason, '')
    from commerce.may_refund(tests.id('request')) m $$;
select results_eq(
  $$ select m.outcome, m.provider, m.payment_ref, m.amount_minor, m.currency
  from commerce.may_refund(tests.id('request')) m $$,
  $$ values (null, 'stripe', 'pi_cart', 600::bigint, 'EUR') $$, 'the payment and the amount'
);
select tests.stripe_refunds('re_hand', 500);
select matches(tests.may(), '^refused: Meanwhile 500 of 1000 EUR', 'it was refunded at the provider: not twice');
select tests.stripe_refunds('re_hand', 500, 'failed');
select is(tests.may(), 'yes', 'which failed');
select commerce.note_refund(tests.id('request'), 're_1');
select is(tests.may(), 'cancelled: It is sent already.', 'once');
select matches((select m.outcome || m.reason from commerce.may_refund('00000000-0000-4000-8000-000000000000') m),
  '^refusedThere is no refund request', 'it was deleted');

select * from finish();
rollback;
