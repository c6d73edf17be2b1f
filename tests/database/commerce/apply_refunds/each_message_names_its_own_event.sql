begin;
select plan(1);

select tests.a_product('chair', 1000, 5);
select tests.a_course('maths', 1);
select tests.a_checkout('goods', '{"chair": 1}');
select tests.a_checkout('seat', '{"maths": 1}');
select tests.receive(tests.fact_captured('pi_goods', 'goods'));
select tests.receive(tests.fact_captured('pi_seat', 'seat'));
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations) values
  ('tests_a', 'payment', 'public.payments', '{UPDATE}'), ('tests_a', 'refund', 'public.refunds', '{INSERT}'),
  ('tests_a', 'order', 'public.orders', '{UPDATE}'), ('tests_a', 'parcel', 'public.fulfillments', '{UPDATE}'),
  ('tests_a', 'seat', 'public.enrollments', '{UPDATE}');
select tests.receive_events(
  tests.an_event('evt_goods', tests.fact_refund('re_1', 'pi_goods', 1000)),
  tests.an_event('evt_seat', tests.fact_refund('re_2', 'pi_seat', 1000))
);

select results_eq(
  $$ select e.provider_event_id, string_agg(m.type, ' ' order by m.type) from outbox.messages m
     left join inbox.events e on e.id = m.event_id where m.payload is not null and m.type in
       ('payment', 'refund', 'order', 'parcel', 'seat') group by 1 order by 1 $$,
  $$ values ('evt_goods', 'order parcel payment refund'), ('evt_seat', 'order payment refund seat') $$,
  'each change was caused by the event of its refund'
);

select * from finish();
rollback;
