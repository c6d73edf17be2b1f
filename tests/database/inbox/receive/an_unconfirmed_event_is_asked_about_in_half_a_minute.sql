begin;
select plan(4);

select tests.receive_events(
  tests.unconfirmed('evt_1', tests.fact_captured('pi_1')), tests.unconfirmed('evt_nothing'),
  tests.unconfirmed('evt_unread') || '{"facts": null}', tests.an_event('evt_signed')
);
select is((tests.the_event('evt_1')).next_attempt_at, now() + interval '30 seconds', 'one that says something');
select is((tests.the_event('evt_nothing')).next_attempt_at, now() + interval '30 seconds',
  'one that seems to say nothing: what does its provider say?');
select is((tests.the_event('evt_unread')).next_attempt_at, now() + interval '30 seconds', 'one that cannot be read');
select is((tests.the_event('evt_signed')).next_attempt_at, null, 'about one with a signature nobody needs to be asked');

select * from finish();
rollback;
