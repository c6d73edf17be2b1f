begin;
select plan(7);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'cancelled', '{"status_code": null, "error": "Its checkout is paid."}');

select is((tests.the_delivery('one')).status, 'cancelled', 'nothing was left to do');
select is((tests.the_delivery('one')).settled_at, now(), 'it has the time of the result');
select is((tests.the_delivery('one')).last_error, 'Its checkout is paid.', 'and why');
select is((select a.error from outbox.attempts a where a.delivery_id = (tests.the_delivery('one')).id),
  'Its checkout is paid.', 'so does the log');
select is(tests.claim('courier'), null, 'it is not retried');
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_delivery('one')).id::text $$,
  'it is not shown to an admin');
select outbox.retry((tests.the_delivery('one')).id);
select is(tests.claim('courier'), 'one', 'an admin may bring it back');

select * from finish();
rollback;
