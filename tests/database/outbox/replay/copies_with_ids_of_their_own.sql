begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '1 hour');
create temporary table original as select m.* from outbox.messages m
  where m.id = (tests.the_delivery('one')).message_id;
create temporary table run as select outbox.replay('tests_a', '{"everything": true}', 'it was lost over there') as id;

select is((select count(*) from outbox.messages m join run on run.id = m.replay_id), 1::bigint,
  'the message is there once more');
select isnt((select m.id from outbox.messages m join run on run.id = m.replay_id), (select o.id from original o),
  'with an id of its own: the receiver would drop a known one');
select results_eq(
  $$ select m.payload, m.type, m.record_key, m.sequence, m.event_id from outbox.messages m join run
  on run.id = m.replay_id $$,
  'select o.payload, o.type, o.record_key, o.sequence, o.event_id from original o',
    'and everything else the same, with its sequence'
);
select results_eq(
  $$ select d.destination, d.status::text, d.attempts, d.next_attempt_at from outbox.deliveries d join outbox.messages m
  on m.id = d.message_id join run on run.id = m.replay_id $$,
  $$ values ('tests_a', 'pending', 0, now()) $$, 'due at once'
);
select results_eq(
  $$ select d.status::text from outbox.deliveries d join original o on o.id = d.message_id $$,
  $$ values ('delivered') $$, 'the original keeps its status'
);

select * from finish();
rollback;
