begin;
select plan(3);

select tests.receive_events(tests.unconfirmed('evt_1') || '{"facts": null, "error": "data.amount: expected a number"}');
update inbox.events set attempts = 11, next_attempt_at = null where provider = 'tests';
select tests.receive_events(tests.confirmed('evt_1') || '{"facts": null, "error": "data.amount: expected a number"}');

select is((tests.the_event('evt_1')).status, 'failed', 'it is unreadable, confirmed or not');
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '30 seconds', 'it is read again soon');
select tests.time_passes('evt_1', '1 minute');
select results_eq(
  $$ select u.id from inbox.unreadable_due(1000000) u where u.provider = 'tests' $$,
  $$ select (tests.the_event('evt_1')).id $$, 'by the courier'
);

select * from finish();
rollback;
