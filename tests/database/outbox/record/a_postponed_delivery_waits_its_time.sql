begin;
select plan(7);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_courier('courier');
select tests.a_delivery('one');
select tests.claim('courier');
select tests.record('courier', 'one', 'postponed', '{"retry_after_ms": 60000, "error": "It takes time."}');
select is((tests.the_delivery('one')).status::text, 'pending', 'it waits');
select ok((tests.the_delivery('one')).next_attempt_at > now() + interval '50 seconds', 'as long as was said');
select is((tests.the_delivery('one')).last_error, null, 'which is no error');
select is((tests.the_destination('tests_a')).failures, 0, 'nor a failure of its destination');
select is((select count(*)::integer from outbox.attempts a where a.delivery_id = (tests.the_delivery('one')).id), 1,
  'the log has it');
select tests.comes_due('one');
select tests.claim('courier');
select tests.record('courier', 'one', 'postponed', '{"retry_after_ms": 60000}');
select is(outbox.retry_delay((tests.the_delivery('one')).attempts - (tests.the_delivery('one')).attempts_before)
  < interval '1 minute', true, 'however often: the schedule is not used up');
select tests.comes_due('one');
select is(tests.claim('courier'), 'one', 'it comes again');

select * from finish();
rollback;
