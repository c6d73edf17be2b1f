begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.a_checkout('cart');
select tests.is_paid('cart', provider => 'stripe');
select tests.remember('payment', (tests.the_order('cart')).payment_id::text);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'refund.requested', 'public.refund_requests', '{INSERT}');
select tests.remember('request', commerce.request_refund(tests.id('payment'), 400, 'broken',
  requested_by => 'amina')::text);

select results_eq(
  $$ select q.amount_minor, q.currency, q.status::text, q.reason, q.restock, q.requested_by from public.refund_requests
  q where q.id = tests.id('request') $$,
  $$ values (400::bigint, 'EUR', 'requested', 'broken', false, 'amina') $$, 'how much, why, by whom'
);
select is((select count(*) from tests.the_messages('refund_requests/' || tests.id('request'))), 1::bigint,
  'one message');
select is((tests.the_order('cart')).status, 'confirmed', 'nothing else changes until it is refunded');

select * from finish();
rollback;
