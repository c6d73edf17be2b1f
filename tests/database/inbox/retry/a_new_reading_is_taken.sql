begin;
select plan(5);

select tests.receive_events(tests.an_event('evt_1') || '{"facts": null, "error": "cannot read"}',
  tests.an_event('evt_2') || '{"facts": null}');

select is(inbox.retry((tests.the_event('evt_1')).id, jsonb_build_array(tests.fact_captured('pi_1'))), 'applied',
  'read at last, it is applied');
select is((tests.the_event('evt_1')).facts, jsonb_build_array(tests.fact_captured('pi_1')), 'the reading is kept');
select is((tests.the_payment('pi_1')).status, 'captured', 'and takes effect');
select is(inbox.retry((tests.the_event('evt_2')).id, '[]'), 'ignored', 'a reading without facts is ignored');
select is((tests.the_event('evt_2')).error, null, 'without an error');

select * from finish();
rollback;
