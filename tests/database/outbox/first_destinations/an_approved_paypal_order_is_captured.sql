begin;
select plan(4);

create function tests.captures(ref text) returns integer language sql as $$
  select count(*)::integer from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where d.destination = 'paypal' and m.type = 'payment.approved' and m.payload::jsonb -> 'data' ->> 'provider_ref' = ref
$$;
select tests.a_product('chair');
select tests.a_checkout('cart');
select tests.receive_events(tests.an_event('evt_1', tests.fact_approved('tests_order', 'cart'))
  || '{"provider": "paypal"}');
select is(tests.captures('tests_order'), 1, 'the courier gets the capture');
select is(
  (select m.payload::jsonb -> 'data' ->> 'id' from outbox.messages m where m.type = 'payment.approved'
    and m.payload::jsonb -> 'data' ->> 'provider_ref' = 'tests_order'),
  (select a.id::text from public.payment_approvals a where a.provider = 'paypal' and a.provider_ref = 'tests_order'),
    'with the id of the approval'
);
select tests.receive_events(tests.an_event('evt_2', tests.fact_approved('tests_order', 'cart'))
  || '{"provider": "paypal"}');
select is(tests.captures('tests_order'), 1, 'once, however often the event is received');
select tests.receive(tests.fact_approved('tests_other', 'cart'));
select is(tests.captures('tests_other'), 0, 'another provider''s approval is not captured at PayPal');

select * from finish();
rollback;
