begin;
select plan(7);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'unsent', '{"status_code": null, "error": "TESTS_A_WEBHOOK_URL is not set"}');

select is((tests.the_delivery('one')).status, 'pending', 'nothing was sent: it waits');
select is((tests.the_delivery('one')).attempts, 0, 'that was no attempt');
select is_empty($$ select 1 from outbox.attempts a where a.delivery_id = (tests.the_delivery('one')).id $$,
  'none is logged');
select is((tests.the_destination('tests_a')).held_reason, 'TESTS_A_WEBHOOK_URL is not set',
  'the destination is held, and says why');
select is((tests.the_destination('tests_a')).held_until, now() + interval '1 minute', 'for a minute');
select is(tests.claim('courier'), null, 'so that it is not retried in a loop');
select isnt_empty($$ select 1 from ops.attention a where a.what = 'destination held' and a.id = 'tests_a' $$,
  'it is shown to an admin');

select * from finish();
rollback;
