insert into outbox.destinations (name, adapter, replayable, max_in_flight, max_per_second, description) values
  ('make', 'make', true, 10, 30, 'make.com: e-mails and automations. At most 300 requests in 10 s per webhook.'),
  ('railway', 'webhook', true, 10, 50, 'The Railway backend: inventory and accounting.'),
  ('railway_stripe', 'stripe', true, 10, 50,
    'The Railway backend''s Stripe endpoint: Stripe''s own events, signed again with a secret of this destination.'),
  ('paypal', 'paypal_capture', false, 5, 10, 'Takes the money of an approved PayPal order.'),
  ('refunds', 'refund', false, 5, 10,
    'Asks the provider to give money back, where an admin asked for it (commerce.request_refund).'),
  ('payment_pages', 'close_payment', false, 5, 10,
    'Closes, at the provider, the payment page of a checkout that was cancelled or has expired.'),
  ('reconciler', 'reconcile', false, 2, 5, 'Asks the providers what happened, and receives what never arrived.');
-- one provider's failure does not affect another
update outbox.destinations d set timeout_ms = 60000, breaker_after = null where d.name = 'reconciler';

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, not_from,
  description) values
  -- Not again when a dispute is won, or a refund failed at the buyer's bank.
  ('make', 'payment.captured', 'public.payments', '{INSERT,UPDATE}', 'status', 'captured',
    '{disputed,partially_refunded,refunded}', 'Payment succeeded.');

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, description) values
  ('make', 'payment.failed', 'public.payments', '{INSERT,UPDATE}', 'status', 'failed',
    'An attempt to pay failed; it may be tried again.'),
  ('make', 'payment.needs_review', 'public.payments', '{INSERT,UPDATE}', 'needs_review', 'true',
    'A payment that fits no checkout: tell an admin.'),
  ('make', 'order.created', 'public.orders', '{INSERT}', null, null, 'The confirmation e-mail.'),
  ('make', 'order.changed', 'public.orders', '{UPDATE}', 'status', null, 'Confirmed, needs attention, refunded.'),
  ('make', 'refund.created', 'public.refunds', '{INSERT}', null, null, null),
  ('make', 'refund.changed', 'public.refunds', '{UPDATE}', 'status', null, null),
  ('make', 'dispute.created', 'public.disputes', '{INSERT}', null, null,
    'Tell an admin: there is a date to answer by.'),
  ('make', 'dispute.changed', 'public.disputes', '{UPDATE}', 'status', null, null),
  ('make', 'customer.created', 'public.customers', '{INSERT}', null, null, null),
  ('make', 'customer.changed', 'public.customers', '{UPDATE}', null, null, null),
  ('make', 'credits.changed', 'public.credit_ledger', '{INSERT}', null, null,
    'Credits were bought, given back or spent.'),
  ('make', 'fulfillment.changed', 'public.fulfillments', '{UPDATE}', 'status', null,
    'Packed, shipped, delivered: the e-mail to data.email.'),
  ('refunds', 'refund.requested', 'public.refund_requests', '{INSERT}', null, null, 'Ask the provider.'),
  ('payment_pages', 'payment.close_requested', 'public.started_payments', '{UPDATE}', 'close_requested_at', null,
    'Close it.'),
  ('paypal', 'payment.approved', 'public.payment_approvals', '{INSERT}', 'provider', 'paypal', 'Capture it.'),
  ('make', 'membership.created', 'public.memberships', '{INSERT}', null, null, null),
  ('make', 'membership.changed', 'public.memberships', '{UPDATE}', 'status', null, null),
  ('railway', 'order.created', 'public.orders', '{INSERT}', null, null, 'So that inventory stays in step.'),
  ('railway', 'order.changed', 'public.orders', '{UPDATE}', 'status', null, null),
  ('railway', 'refund.created', 'public.refunds', '{INSERT}', null, null, null),
  ('railway', 'refund.changed', 'public.refunds', '{UPDATE}', 'status', null, null),
  ('railway', 'fulfillment.changed', 'public.fulfillments', '{UPDATE}', 'status', null, null),
  ('railway', 'product.changed', 'public.products', '{INSERT}', null, null, null),
  ('railway', 'product.changed', 'public.products', '{UPDATE}', 'version', null,
    'With the version that functions/catalog compares.'),
  ('railway', 'product.stock_changed', 'public.products', '{UPDATE}', 'stock', null, null);

insert into outbox.routes (destination, provider, event_types, description) values
  ('railway_stripe', 'stripe', '{charge.refunded,refund.created,product.updated,payment_intent.payment_failed}',
    'What the Railway backend handles of Stripe itself.');

-- Money, and what follows from it, is sent first.
update outbox.routes r set priority = 0
where r.destination in ('refunds', 'payment_pages', 'paypal', 'railway_stripe')
  or r.message_type like any (array['payment.%', 'order.%', 'refund.%', 'dispute.%', 'credits.%', 'membership.%',
    'product.stock_changed']);
