begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('waits'), tests.a_delivery('is sent');
update outbox.deliveries set status = 'sending', lease_until = now() where id = (tests.the_delivery('is sent')).id;
select is((select p.count from outbox.preview_replay('tests_a', '{"everything": true}') p), 0::bigint,
  'it would be sent twice');
select is(
  (select p.count from outbox.preview_replay('tests_a',
    jsonb_build_object('message_ids', array[(tests.the_delivery('waits')).message_id])) p), 0::bigint,
      'also when named by id'
);

select * from finish();
rollback;
