begin;
select plan(6);

select tests.receive_events(
  tests.an_event('evt_due', '{"type": "no.such.fact"}'), tests.an_event('evt_later', '{"type": "no.such.fact"}'),
  tests.an_event('evt_unread') || '{"facts": null}', tests.an_event('evt_done', tests.fact_captured('pi_1'))
);
select tests.time_passes('evt_due', '1 minute');
select tests.time_passes('evt_unread', '1 minute');

select ok(inbox.retry_due(1000000) >= 1, 'it returns how many it tried');
select is((tests.the_event('evt_due')).attempts, 2, 'a due event is retried');
select is((tests.the_event('evt_later')).attempts, 1, 'one that is not due is not');
select is((tests.the_event('evt_unread')).attempts, 1, 'an unreadable one is left to the courier');
select is((tests.the_event('evt_done')).attempts, 1, 'a settled one stays settled');
select is(inbox.retry_due(), 0, 'then nothing is due');

select * from finish();
rollback;
