begin;
select plan(6);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'delivered',
  '{"status_code": 202, "duration_ms": 34, "response_body": "Accepted"}');

select is((tests.the_delivery('one')).status, 'delivered', 'it is delivered');
select is((tests.the_delivery('one')).settled_at, now(), 'it has its time');
select is((tests.the_delivery('one')).last_status_code, 202, 'and the response');
select is((tests.the_delivery('one')).last_error, null, 'without an error');
select results_eq(
  $$ select a.number, a.duration_ms, a.status_code, a.error, a.response_body, a.courier from outbox.attempts a
  where a.delivery_id = (tests.the_delivery('one')).id $$,
  $$ select 1, 34, 202, null::text, 'Accepted', tests.id('courier') $$, 'the attempt is logged'
);
select is(tests.claim('courier'), null, 'it is not sent again');

select * from finish();
rollback;
