begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'refused', '{"status_code": 400, "error": "400 Bad Request"}');

select is((tests.the_delivery('one')).status, 'dead', 'a refused delivery is not retried');
select is((tests.the_delivery('one')).last_error, '400 Bad Request', 'it says why');
select is((select count(*)::integer from outbox.attempts a where a.delivery_id = (tests.the_delivery('one')).id), 1,
  'the attempt is logged');

select * from finish();
rollback;
