begin;
select plan(8);

select tests.a_quiet_outbox();
update inbox.events set next_attempt_at = now() + interval '1 day' where trust = 'unconfirmed'
  or (facts is null and status = 'failed');
select tests.a_destination('tests_a');
select is(outbox.needs_courier(), false, 'nothing is due');
select tests.a_delivery('one');
select is(outbox.needs_courier(), true, 'a delivery is');
select tests.a_courier('courier');
select is(outbox.needs_courier(), false, 'somebody is awake already');
select tests.claim('courier');
select tests.record('courier', 'one', 'delivered');
select outbox.finish_run(tests.id('courier'));
select is(outbox.needs_courier(), false, 'it is delivered');
select tests.receive_events(tests.an_event('evt_1') || '{"facts": null}');
select is(outbox.needs_courier(), false, 'an event cannot be read, but is not due to be read again');
select tests.time_passes('evt_1', '1 minute');
select is(outbox.needs_courier(), true, 'once it is due it is');
select tests.time_passes('evt_1', '-1 minute');
select tests.receive_events(tests.unconfirmed('evt_2', tests.fact_captured('pi_1')));
select is(outbox.needs_courier(), false, 'an event is not confirmed, but its provider not to be asked yet');
select tests.time_passes('evt_2', '1 minute');
select is(outbox.needs_courier(), true, 'once it is, somebody must ask');

select * from finish();
rollback;
