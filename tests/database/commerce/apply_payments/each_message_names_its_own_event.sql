begin;
select plan(1);

-- Among them a row whose id nobody knows beforehand (a seat), and one of no payment at all (a product's stock).
select tests.a_product('chair', 1000, 5);
select tests.a_product('lamp', 1000, 5);
select tests.a_course('maths', 1);
select tests.a_checkout('late', '{"lamp": 1}');
update public.checkout_sessions set expires_at = now() - interval '1 second' where id = tests.id('late');
select commerce.expire_checkouts();
select tests.a_checkout('goods', '{"chair": 1}');
select tests.a_checkout('seat', '{"maths": 1}');
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations) values
  ('tests_a', 'payment', 'public.payments', '{INSERT}'),
  ('tests_a', 'checkout', 'public.checkout_sessions', '{UPDATE}'),
  ('tests_a', 'order', 'public.orders', '{INSERT}'), ('tests_a', 'parcel', 'public.fulfillments', '{INSERT}'),
  ('tests_a', 'seat', 'public.enrollments', '{INSERT}'), ('tests_a', 'product', 'public.products', '{UPDATE}');
select tests.receive_events(
  tests.an_event('evt_goods', tests.fact_captured('pi_1', 'goods')),
  tests.an_event('evt_seat', tests.fact_captured('pi_2', 'seat')),
  tests.an_event('evt_late', tests.fact_captured('pi_3', 'late'))
);

select results_eq(
  $$ select e.provider_event_id, string_agg(m.type, ' ' order by m.type) from outbox.messages m
     left join inbox.events e on e.id = m.event_id where m.payload is not null and m.type in
       ('payment', 'checkout', 'order', 'parcel', 'seat', 'product') group by 1 order by 1 $$,
  $$ values ('evt_goods', 'checkout order parcel payment'), ('evt_late', 'checkout order parcel payment product'),
    ('evt_seat', 'checkout order payment seat') $$,
  'each change was caused by the event of its payment'
);

select * from finish();
rollback;
