begin;
select plan(1);

create function tests.a_stripe_event(type text) returns jsonb language sql as $$
  select tests.an_event('evt_tests_' || type) || jsonb_build_object('provider', 'stripe', 'type', type, 'subject',
    'tests_' || type)
$$;
select tests.receive_events(variadic array(
  select tests.a_stripe_event(t)
  from
    unnest('{charge.refunded,refund.created,product.updated,payment_intent.payment_failed,payment_intent.succeeded,'
      'customer.updated}'::text[]) t
));

select results_eq(
  $$ select m.type from outbox.messages m join outbox.deliveries d on d.message_id = m.id
     where d.destination = 'railway_stripe' and m.record_key like 'stripe/tests\_%' order by 1 $$,
  $$ values ('charge.refunded'), ('payment_intent.payment_failed'), ('product.updated'), ('refund.created') $$,
    'those it handles itself, and no others'
);

select * from finish();
rollback;
