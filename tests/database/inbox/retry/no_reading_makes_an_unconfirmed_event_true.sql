begin;
select plan(3);

select tests.receive_events(tests.unconfirmed('evt_1') || '{"facts": null}');

select is(inbox.retry((tests.the_event('evt_1')).id, jsonb_build_array(tests.fact_captured('pi_1'))), 'failed',
  'a reading of an unconfirmed event is not applied');
select is((tests.the_event('evt_1')).facts, null, 'nor kept');
select is((tests.the_payment('pi_1')).id, null, 'it made no payment');

select * from finish();
rollback;
