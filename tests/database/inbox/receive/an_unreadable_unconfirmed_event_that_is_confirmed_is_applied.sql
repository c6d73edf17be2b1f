begin;
select plan(6);

select tests.receive_events(tests.unconfirmed('evt_1') || '{"facts": null, "error": "status: expected one of …"}');
select is((tests.the_event('evt_1')).status, 'failed', 'it could not be read');
select is(tests.receive_events(tests.confirmed('evt_1', tests.fact_captured('pi_1'))), 'applied',
  'what the provider confirms can be');
select is((tests.the_payment('pi_1')).status, 'captured', 'and is applied');
select is((tests.the_event('evt_1')).error, null, 'nothing is left of the error');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'and nothing is tried again');

select tests.receive_events(tests.unconfirmed('evt_2') || '{"facts": null, "error": "status: expected one of …"}');
select is(tests.receive_events(tests.confirmed('evt_2')), 'ignored', 'one without facts is ignored');

select * from finish();
rollback;
