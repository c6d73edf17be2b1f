begin;
select plan(2);

select tests.a_quiet_outbox();
delete from outbox.messages;
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select outbox.write_message('one', 'things/1', '{}', null, '{tests_a,tests_b}');
update outbox.deliveries set created_at = now() - interval '100 days', status = 'delivered',
  settled_at = now() - interval '100 days' where destination = 'tests_a';
select ops.purge('deliveries', 100);
select results_eq(
  'select m.type, d.destination from outbox.messages m join outbox.deliveries d on d.message_id = m.id',
  $$ values ('one', 'tests_b') $$, 'with one of two deliveries deleted, the message stays'
);
update outbox.deliveries set created_at = now() - interval '100 days', status = 'delivered',
  settled_at = now() - interval '100 days';
update ops.retention set reached = null;
select ops.purge('deliveries', 100);
select is_empty('select 1 from outbox.messages', 'with the last one it is deleted');

select * from finish();
rollback;
