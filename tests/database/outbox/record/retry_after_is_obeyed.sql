begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('later'), tests.a_delivery('sooner'), tests.a_delivery('never');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'later', 'retry', '{"error": "429", "retry_after_ms": 60000}');
select tests.record('courier', 'sooner', 'retry', '{"error": "429", "retry_after_ms": 1000}');
select tests.record('courier', 'never', 'retry', '{"error": "429", "retry_after_ms": 99999999999}');

select ok((tests.the_delivery('later')).next_attempt_at between now() + interval '60 seconds'
  and clock_timestamp() + interval '60 seconds', 'a Retry-After of a minute is followed');
select ok((tests.the_delivery('sooner')).next_attempt_at between now() + interval '5 seconds'
  and clock_timestamp() + interval '5.5 seconds', 'one shorter than the schedule is not');
select ok((tests.the_delivery('never')).next_attempt_at between now() + interval '24 hours'
  and clock_timestamp() + interval '24 hours', 'none lasts longer than a day');

select * from finish();
rollback;
