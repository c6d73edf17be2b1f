begin;
select plan(6);

select tests.a_quiet_outbox();
update ops.alert_settings set last_run_at = now() where only_row;
select is(ops.health() -> 'down', '[]'::jsonb, 'all is well');
select is(jsonb_array_length(ops.health() -> 'jobs'), (select count(*)::integer from ops.jobs), 'it names each job');
select inbox.reject('tests', 'signature_wrong', 3, '{}');
select ok(ops.health() -> 'rejections' @> '[{"provider": "tests", "reason": "signature_wrong", "count": 3}]',
  'what was turned away');
update ops.alert_settings set last_run_at = now() - interval '6 minutes' where only_row;
select matches(ops.health() -> 'down' ->> 0, '^Nobody is alerted', 'the alerting itself is dead');
update ops.alert_settings set last_run_at = now() where only_row;
select tests.a_destination('tests_a');
select tests.a_delivery('one');
update outbox.deliveries set next_attempt_at = now() - interval '11 minutes' where id > 0;
select matches(ops.health() -> 'down' ->> 0, '^1 delivery is due, .* no courier is at work',
  'deliveries are due, and nobody takes them');
select is(ops.health() #>> '{courier,due}', '1', 'how many are due');

select * from finish();
rollback;
