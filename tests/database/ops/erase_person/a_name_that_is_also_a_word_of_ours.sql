begin;
select plan(11);

-- Buyers choose these texts freely: a name that is a word of JSON or a provider, a phone that is a destination, an
-- apartment that is an amount, a street that is a status.
select tests.create_user('amina@tests.example');
select tests.a_product('chair');
select tests.a_checkout('cart', '{"chair": 1}', 'amina@tests.example');
update public.checkout_sessions s
set recipient_name = 'null', recipient_phone = 'railway', shipping_address =
  '{"line1": "succeeded", "line2": "1000", "city": "Berlin", "region": null, "postal_code": "10969", "country": "DE"}'
where s.id = tests.id('cart');
insert into public.profiles (user_id, name) values (tests.user_id('amina@tests.example'), 'Tests')
  on conflict (user_id) do update set name = excluded.name;
select tests.receive(
  tests.fact_captured('pi_cart', 'cart', 1000) || '{"email": "amina@tests.example", "customer_ref": null}',
  tests.fact_customer('cus_1', 'amina@tests.example') || '{"name": "make", "phone": null}'
);
select outbox.write_message('thing.changed', 'payments/' || (tests.the_payment('pi_cart')).id,
  json_build_object('type', 'thing.changed', 'data', json_build_object('email', 'amina@tests.example'))::text, null,
  '{railway,make}');
insert into public.error_reports (app, message, details) values ('app', 'null of amina@tests.example',
  '{"status": "succeeded", "street": "succeeded", "amina@tests.example": null, "amount_minor": 1000}');
update public.fulfillments f set status = 'shipped' where f.order_id = (tests.the_order('cart')).id;
update outbox.deliveries d set status = 'delivered', settled_at = now(), lease_until = null where true;

create temporary table before as
select (select array_agg((p.provider, p.provider_ref)::text) from public.payments p) as payments,
  (select array_agg((e.provider, e.provider_event_id)::text order by e.id) from inbox.events e) as events,
  (select count(*) from outbox.deliveries d where d.destination in ('make', 'railway')) as deliveries,
  (select e.facts from inbox.events e where e.facts @? '$[*] ? (@.type == "payment.captured")') as facts;

select isnt(ops.erase_person('amina@tests.example', 'asked for it'), null, 'a person of any name can be erased');
select is((select array_agg((p.provider, p.provider_ref)::text) from public.payments p),
  (select b.payments from before b), 'a payment stays the provider''s payment it is');
select is((select array_agg((e.provider, e.provider_event_id)::text order by e.id) from inbox.events e),
  (select b.events from before b), 'and a webhook that comes again is known by its key');
select ok((select count(*) >= b.deliveries from outbox.deliveries d where d.destination in ('make', 'railway')),
  'deliveries stay with their destination') from before b;
select is(
  (select e.facts #> '{0,amount_minor}' from inbox.events e where e.facts @? '$[*] ? (@.type == "payment.captured")'),
  '1000', 'amounts stay');
select is(
  (select e.facts #> '{0,customer_ref}' from inbox.events e where e.facts @? '$[*] ? (@.type == "payment.captured")'),
  'null', 'and so do empty fields');
select is((select r.message like 'Erased of erased-%' from public.error_reports r), true, 'texts keep no name');
select is((select r.details - array(select k from jsonb_object_keys(r.details) k where k like 'erased-%')
  from public.error_reports r), '{"status": "succeeded", "street": "Erased", "amount_minor": 1000}',
  'in JSON strings are rewritten, but no word of ours');
select is((select r.details ? 'amina@tests.example' from public.error_reports r), false,
  'an address is no name of a member, either');
select is_empty($$ select from public.payments p where p.email = 'amina@tests.example' $$, 'the address is gone');
select tests.receive(tests.fact_refund('re_late', 'pi_cart', 500));
select is((tests.the_payment('pi_cart')).refunded_minor, 500::bigint, 'a later event has its effect');

select * from finish();
rollback;
