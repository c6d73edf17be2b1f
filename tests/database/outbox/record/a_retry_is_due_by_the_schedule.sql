begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'retry', '{"status_code": 500, "error": "500 Internal Server Error"}');

select is((tests.the_delivery('one')).status, 'pending', 'it waits');
select is((tests.the_delivery('one')).last_error, '500 Internal Server Error', 'it has the error');
select is((tests.the_delivery('one')).last_status_code, 500, 'and the response');
select is((tests.the_delivery('one')).courier, null, 'no courier holds it');
select cmp_ok((tests.the_delivery('one')).next_attempt_at, '>=', now() + interval '5 seconds',
  'after the first attempt it is due in 5 s');
select cmp_ok((tests.the_delivery('one')).next_attempt_at, '<=', clock_timestamp() + interval '5.5 seconds',
  'plus some jitter');

select * from finish();
rollback;
