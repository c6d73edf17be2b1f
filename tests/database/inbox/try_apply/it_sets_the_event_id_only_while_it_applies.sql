begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, message_type, table_name, operations)
  values ('tests_a', 'product.changed', 'public.products', '{INSERT,UPDATE}');
select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'),
  tests.an_event('evt_2', tests.fact_customer('cus_1', null)));
select tests.a_product('chair');

select is(
  (select m.event_id from outbox.messages m where m.record_key = 'products/' || (tests.the_product('chair')).id), null,
  'a later change by hand does not name the event'
);

select * from finish();
rollback;
