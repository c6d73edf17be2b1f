begin;
select plan(3);

select tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300)));
select is((tests.the_event('evt_refund')).next_attempt_at, now() + interval '1 hour',
  'the arrival of what it waits for retries it; this is the fallback');
select tests.time_passes('evt_refund', '1 hour');
select inbox.retry_due();

select is((tests.the_event('evt_refund')).status, 'parked', 'it still waits');
select is((tests.the_event('evt_refund')).next_attempt_at, now() + interval '1 hour',
  'and is retried in an hour');

select * from finish();
rollback;
