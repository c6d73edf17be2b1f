begin;
select plan(5);

-- The function was fixed, and somebody clicked "resend" at the provider.
select tests.receive_events(tests.an_event('evt_1') || '{"facts": null, "error": "cannot read"}');

select is(tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1'))), 'applied',
  'the new reading counts');
select is((tests.the_payment('pi_1')).status, 'captured', 'and takes effect');
select is((tests.the_event('evt_1')).error, null, 'the old error is gone');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'nothing is left to retry');
select is((tests.the_event('evt_1')).facts, jsonb_build_array(tests.fact_captured('pi_1')), 'the new reading is kept');

select * from finish();
rollback;
