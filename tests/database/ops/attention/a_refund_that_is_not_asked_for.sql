begin;
select plan(8);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
select tests.remember('request', commerce.request_refund(tests.id('payment'))::text);
create function tests.is_shown() returns bigint language sql as $$
  select count(*) from ops.attention a where a.what = 'refund not sent'
$$;
create function tests.its_delivery() returns outbox.deliveries language sql as $$
  select d from outbox.deliveries d
  where d.destination = 'refunds' and d.record_key = 'refund_requests/' || tests.id('request')
$$;

select is(tests.is_shown(), 0::bigint, 'one that waits for the courier is not shown');
select is(tests.refusal(format('select commerce.dismiss_refund(%L, ''x'')', tests.id('request'))), '22023',
  'and cannot be withdrawn');
select outbox.cancel((tests.its_delivery()).id, 'a test');
select matches((select a.why from ops.attention a where a.what = 'refund not sent'), 'has not got 10.00 EUR back',
  'one that was given up is shown');
select is(commerce.refundable(tests.id('payment')), 0::bigint, 'while it counts as asked for');
savepoint retries;
select lives_ok(tests.the_remedy('refund not sent'), 'it is asked for again, under its id');
select is((tests.its_delivery()).status, 'pending', 'by the courier');
rollback to retries;
select lives_ok(tests.the_remedy('refund not sent', 1), 'or withdrawn');
select is(commerce.refundable(tests.id('payment')), 1000::bigint, 'and the money can be refunded anew');

select * from finish();
rollback;
