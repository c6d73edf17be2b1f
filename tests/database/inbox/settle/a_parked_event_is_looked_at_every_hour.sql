begin;
select plan(3);

select tests.receive_events(tests.an_event('evt_refund', tests.fact_refund('re_1', 'pi_1', 300)));
select is((tests.the_event('evt_refund')).next_attempt_at, now() + interval '1 hour',
  'what it waits for wakes it; this is the net below');
select tests.time_passes('evt_refund', '1 hour');
select inbox.retry_due();

select is((tests.the_event('evt_refund')).status, 'parked', 'it still waits');
select is((tests.the_event('evt_refund')).next_attempt_at, now() + interval '1 hour',
  'and is looked at again in an hour');

select * from finish();
rollback;
