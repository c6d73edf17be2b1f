begin;
select plan(14);

select tests.an_admin('admin@tests.example'), tests.create_user('amina@tests.example');
select tests.a_provider(), tests.a_product('chair');
select tests.is_sold('cart', '{"chair": 1}', 'amina@tests.example');
select tests.receive(tests.fact_refund('re_1', (select p.provider_ref from public.payments p order by p.id desc limit
  1),
  1));
select tests.receive_events(tests.an_event('evt_bad', jsonb_build_object('type', 'nonsense', 'payment_ref',
  'pi_lost')));
select inbox.reject('tests', 'bad_signature', 1, '{}');
select tests.remember('payment', (select p.id from public.payments p order by p.id desc limit 1)::text);
select tests.remember('order', (tests.the_order('cart')).id::text);
create function tests.found(query text) returns text language sql as $$
  select string_agg(f ->> 'kind', ' ' order by f ->> 'kind') from jsonb_array_elements(console.find(query)) f
$$;
select set_config('tests.number', (tests.the_order('cart')).number::text, true),
  set_config('tests.ref', (select p.provider_ref from public.payments p where p.id = tests.id('payment')), true),
  set_config('tests.amount', (select lower(ops.money(p.amount_minor, p.currency)) from public.payments p
    where p.id = tests.id('payment')), true),
  set_config('tests.message', (select m.id from outbox.messages m order by m.sequence desc limit 1)::text, true),
  set_config('tests.delivery', (select max(d.id) from outbox.deliveries d)::text, true);
select tests.authenticate_as('admin@tests.example');

select is(tests.found(tests.id('order')::text), 'order', 'our id of an order');
select is(tests.found('  ' || tests.id('payment') || ' '), 'payment', 'of a payment, with blanks around');
select is(tests.found('msg_' || current_setting('tests.message')), 'message', 'a message as its receiver knows it');
select alike(tests.found(current_setting('tests.number')), '%order%', 'an order''s number');
select alike(tests.found(current_setting('tests.delivery')), '%delivery%', 'a delivery''s');
select is(tests.found(current_setting('tests.ref')), 'payment', 'a provider''s id of a payment');
select is(tests.found('re_1'), 'payment', 'of a refund');
select is(tests.found('evt_bad'), 'event', 'of an event');
select is(tests.found('pi_lost'), 'event', 'what a failed event is about');
select is(tests.found('amina@tests.example'), 'order person', 'an address');
select is(tests.found('amina@'), 'person', 'its beginning');
select alike(tests.found(current_setting('tests.amount')), '%payment%', 'an amount');
select is(tests.found('bad_signature'), 'rejection', 'why webhooks were rejected');
select is(console.find(E'%''; drop table x; --\\'), '[]', 'nothing');

select * from finish();
rollback;
