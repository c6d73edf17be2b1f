begin;
select plan(5);

select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'));
update inbox.events set attempts = 9 where provider_event_id = 'evt_1' and provider = 'tests';
select is(inbox.retry((tests.the_event('evt_1')).id), 'failed', 'the tenth attempt: one is left');
select is(inbox.retry((tests.the_event('evt_1')).id), 'dead', 'the eleventh was the last');
select is((tests.the_event('evt_1')).next_attempt_at, null, 'it is not retried any more');
select inbox.retry_due();
select is((tests.the_event('evt_1')).attempts, 11, 'nor by cron');

select is(inbox.retry((tests.the_event('evt_1')).id, jsonb_build_array(tests.fact_captured('pi_1'))), 'applied',
  'an admin with a better reading revives it');

select * from finish();
rollback;
