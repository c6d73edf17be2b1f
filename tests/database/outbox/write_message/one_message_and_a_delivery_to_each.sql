begin;
select plan(2);

select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.remember('message', outbox.write_message('thing.made', 'things/1', '{"a": 1}', null,
  '{tests_a,tests_b}')::text);

select results_eq(
  $$ select m.type, m.record_key, m.payload, m.event_id from outbox.messages m where m.id = tests.id('message') $$,
  $$ values ('thing.made', 'things/1', '{"a": 1}', null::uuid) $$, 'the message is as it was given'
);
select results_eq(
  $$ select d.destination, d.record_key, d.status::text, d.attempts, d.next_attempt_at from outbox.deliveries d
  where d.message_id = tests.id('message') order by 1 $$,
  $$ values ('tests_a', 'things/1', 'pending', 0, now()), ('tests_b', 'things/1', 'pending', 0, now()) $$,
    'each destination gets a delivery, due at once'
);

select * from finish();
rollback;
