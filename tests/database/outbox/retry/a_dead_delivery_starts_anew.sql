begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
update outbox.deliveries set attempts = 10, status = 'dead', settled_at = now()
  where id = (tests.the_delivery('one')).id;
select outbox.retry((tests.the_delivery('one')).id);
select is((tests.the_delivery('one')).status, 'pending', 'it waits again');
select is((tests.the_delivery('one')).settled_at, null, 'it is not settled');
select tests.a_courier('courier');
select is(tests.claim('courier'), 'one', 'it is due at once');
select is((tests.the_delivery('one')).attempts, 11, 'its attempts are counted on');
select tests.record('courier', 'one', 'retry', '{"error": "500"}');

select is((tests.the_delivery('one')).status, 'pending', 'if it fails, the schedule starts anew');
select cmp_ok((tests.the_delivery('one')).next_attempt_at, '<', clock_timestamp() + interval '6 seconds', 'with 5 s');

select * from finish();
rollback;
