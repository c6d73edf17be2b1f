begin;
select plan(13);

select tests.an_admin('admin@tests.example');
select tests.a_product('chair');
select tests.a_checkout('cart', '{"chair": 1}', 'buyer@tests.example');
select tests.is_paid('cart', 'pi_1');
select tests.receive_events(tests.an_event('evt_bad', jsonb_build_object('type', 'nonsense', 'payment_ref', 'pi_1')));
select tests.remember('order', (tests.the_order('cart')).id::text);
select tests.remember('payment', (tests.the_payment('pi_1')).id::text);
select tests.remember('event', (select m.event_id from outbox.messages m
  where m.record_key = 'orders/' || tests.id('order') and m.event_id is not null limit 1)::text);
select set_config('tests.delivery', (select min(d.id) from outbox.deliveries d
  where d.record_key = 'orders/' || tests.id('order'))::text, true);
create temporary table lines (name text, it jsonb);
grant all on lines to public;
create function tests.kinds(name text, part text, field text) returns text language sql as $$
  select string_agg(distinct e ->> field, ' ' order by e ->> field)
  from lines l, jsonb_array_elements(l.it -> part) e where l.name = kinds.name
$$;
select tests.authenticate_as('admin@tests.example');
insert into lines values ('order', console.line('order', tests.id('order')::text)),
  ('payment', console.line('payment', tests.id('payment')::text)),
  ('event', console.line('event', tests.id('event')::text)),
  ('delivery', console.line('delivery', current_setting('tests.delivery')));
select alike((select l.it ->> 'title' from lines l where l.name = 'order'), 'Order %', 'it has a title');
select alike(tests.kinds('order', 'events', 'id'), '%' || tests.id('event') || '%', 'the event that made the order');
select alike(tests.kinds('order', 'events', 'provider_event_id'), '%evt_bad%', 'and a failed one about its payment');
select alike(tests.kinds('order', 'changes', 'table'), '%orders payments%', 'the rows that changed');
select alike(tests.kinds('order', 'changes', 'type'), '%order.created%', 'and what they are called');
select alike(tests.kinds('order', 'deliveries', 'destination'), '%make%railway%', 'the deliveries that it caused');
select is(tests.kinds('order', 'about', 'kind'), 'checkout order payment', 'links');
select is((select l.it -> 'changes' from lines l where l.name = 'order'),
  (select l.it -> 'changes' from lines l where l.name = 'payment'), 'the payment''s line is the same');
select alike(tests.kinds('event', 'about', 'kind'), '%order%', 'an event leads to the order');
select alike(tests.kinds('event', 'deliveries', 'destination'), '%make%', 'and to its deliveries');
select alike(tests.kinds('delivery', 'events', 'id'), '%' || tests.id('event') || '%', 'a delivery back to the event');
select is(tests.refusal($$ select console.line('order', 'x') $$), 'PT404', 'what is not there');
select is(tests.refusal($$ select console.line('table', 'x') $$), '22023', 'an unknown kind');

select * from finish();
rollback;
