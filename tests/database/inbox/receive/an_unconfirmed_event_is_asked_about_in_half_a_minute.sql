begin;
select plan(4);

select tests.receive_events(
  tests.unconfirmed('evt_1', tests.fact_captured('pi_1')), tests.unconfirmed('evt_nothing'),
  tests.unconfirmed('evt_unread') || '{"facts": null}', tests.an_event('evt_signed')
);
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '30 seconds', 'one with a fact');
select is((tests.the_event('evt_nothing')).next_attempt_at, now() + interval '30 seconds',
  'one that seems to hold none: its provider is asked');
select is((tests.the_event('evt_unread')).next_attempt_at, now() + interval '30 seconds', 'one that cannot be read');
select is((tests.the_event('evt_signed')).next_attempt_at, null, 'a signed event needs no question to its provider');

select * from finish();
rollback;
