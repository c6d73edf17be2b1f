begin;
select plan(7);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
create function tests.stripe_refunds(status text) returns text language sql as $$
  select tests.receive_events(tests.an_event('evt_' || status, tests.fact_refund('re_1', 'pi_cart', 400, status))
    || '{"provider": "stripe"}')
$$;
create function tests.is_shown() returns bigint language sql as $$
  select count(*) from ops.attention a where a.what = 'refund failed'
$$;

select tests.remember('request', commerce.request_refund(tests.id('payment'), 400)::text);
update public.refund_requests set created_at = now() - interval '1 minute', updated_at = now() - interval '1 minute'
where id = tests.id('request');
select commerce.note_refund(tests.id('request'), 're_1');
select tests.stripe_refunds('succeeded');
select is(tests.is_shown(), 0::bigint, 'one that succeeded is none');
select is(tests.refusal(format('select commerce.dismiss_refund(%L, ''x'')', tests.id('request'))), '22023',
  'and cannot be withdrawn');
select tests.stripe_refunds('failed');
select results_eq($$ select a.which, a.why from ops.attention a where a.what = 'refund failed' $$,
  $$ values ('stripe pi_cart',
    'stripe accepted the refund re_1, and it is failed. The buyer has not got 4.00 EUR back.') $$,
  'the bank sent it back: which, and why');
savepoint asks;
select lives_ok(tests.the_remedy('refund failed'), 'it is asked for again');
select is(tests.is_shown(), 0::bigint, 'and then it is under way');
rollback to asks;
select lives_ok(tests.the_remedy('refund failed', 2), 'or withdrawn');
select is(tests.is_shown(), 0::bigint, 'and then it is gone');

select * from finish();
rollback;
