begin;
select plan(1);

select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')));
update inbox.events set received_at = now() - interval '10 years' where provider = 'tests';
select ops.tidy();

select isnt((tests.the_event('evt_1')).id, null, 'an event is kept for good: it is the proof');

select * from finish();
rollback;
