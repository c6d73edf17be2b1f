begin;
select plan(2);

select tests.receive_events(variadic array(select tests.an_event('evt_1', '{"type": "no.such.fact"}')
  from generate_series(1, 50)));

select is((tests.the_event('evt_1')).status, 'failed', 'it failed, and is retried later: copies are not attempts');
select isnt((tests.the_event('evt_1')).next_attempt_at, null, 'it says when');

select * from finish();
rollback;
