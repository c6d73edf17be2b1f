begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_delivery('a1', 'things/1'), tests.a_delivery('a2', 'things/1'), tests.a_delivery('b1', 'things/2'),
  tests.a_delivery('c1', 'things/1', 'tests_b');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'b1', 'retry', '{"error": "500"}');
update outbox.deliveries set status = 'pending', lease_until = null, next_attempt_at = now() + interval '1 hour'
  where id = (tests.the_delivery('c1', 'tests_b')).id;
-- One that failed before, and was overtaken when the one before it was brought back.
update outbox.deliveries set attempts = 2, next_attempt_at = now() + interval '1 hour'
  where id = (tests.the_delivery('a2')).id;
select tests.record('courier', 'a1', 'delivered');

select is((tests.the_delivery('a2')).next_attempt_at, now() + interval '1 hour',
  'a failed one waits for its own retry');
select cmp_ok((tests.the_delivery('b1')).next_attempt_at, '>', now() + interval '4 seconds', 'so does another record');
select is((tests.the_delivery('c1', 'tests_b')).next_attempt_at, now() + interval '1 hour', 'and another destination');

select * from finish();
rollback;
