begin;
select plan(7);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_delivery('one', destination => 'tests_a');
select tests.a_delivery('two', destination => 'tests_b');
update outbox.deliveries d set attempts = 1, last_error = 'It answered 500.',
  next_attempt_at = now() + interval '1 hour'
where d.destination = 'tests_a';
update outbox.deliveries d set last_error = 'Set TESTS_B_WEBHOOK_URL.' where d.destination = 'tests_b';
select is_empty($$ select 1 from ops.attention a where a.id in ('tests_a', 'tests_b') $$,
  'what is tried again within seconds needs nobody');

update outbox.deliveries d set created_at = now() - interval '2 minutes' where d.last_error is not null;
select matches((select a.why from ops.attention a where a.what = 'destination failing'),
  '^1 message did not reach tests_a, .*: It answered 500\.$', 'one message that failed once is seen');
select is((select a.since from ops.attention a where a.what = 'destination failing'), now() - interval '2 minutes',
  'since when it waits');
select lives_ok(
  tests.the_remedy('destination failing'),
  'the remedy sends it at once'
);
select ok((tests.the_delivery('one', 'tests_a')).next_attempt_at <= clock_timestamp(), 'it is due');
select isnt_empty($$ select 1 from ops.attention a where a.what = 'destination failing' $$,
  'and stays until it has arrived');
select matches((select a.why from ops.attention a where a.what = 'destination not configured'),
  'none is sent: Set TESTS_B_WEBHOOK_URL\.$', 'a destination to which nothing can be sent');

select * from finish();
rollback;
