begin;
select plan(9);

select is(tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')) || '{"trust": "unconfirmed"}'),
  'ignored', 'it is not confirmed: ignored');
select is((tests.the_event('evt_1')).facts, jsonb_build_array(tests.fact_captured('pi_1')), 'it is kept');
select is((tests.the_event('evt_1')).error, 'Kept until the provider confirms it.', 'and says why');
select is((tests.the_payment('pi_1')).id, null, 'it made no payment');
select is(inbox.retry((tests.the_event('evt_1')).id), 'ignored', 'a retry does not apply it');
select is(tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')) || '{"trust": "unconfirmed"}'),
  'ignored', 'nor does a copy');
select is(inbox.retry((tests.the_event('evt_1')).id, jsonb_build_array(tests.fact_captured('pi_1'))), 'ignored',
  'nor does a new reading');
select is((tests.the_payment('pi_1')).id, null, 'it still made no payment');
select tests.receive(tests.fact_customer('cus_1', null));
select inbox.retry_due();
select is((tests.the_event('evt_1')).status, 'ignored', 'nor does cron');

select * from finish();
rollback;
