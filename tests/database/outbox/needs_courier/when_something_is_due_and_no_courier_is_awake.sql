begin;
select plan(8);

select tests.a_quiet_outbox();
update inbox.events set next_attempt_at = now() + interval '1 day' where trust = 'unconfirmed'
  or (facts is null and status = 'failed');
select tests.a_destination('tests_a');
select is(outbox.needs_courier(), false, 'nothing is due');
select tests.a_delivery('one');
select is(outbox.needs_courier(), true, 'a delivery is due');
select tests.a_courier('courier');
select is(outbox.needs_courier(), false, 'a courier is awake already');
select tests.claim('courier');
select tests.record('courier', 'one', 'delivered');
select outbox.finish_run(tests.id('courier'));
select is(outbox.needs_courier(), false, 'it is delivered');
select tests.receive_events(tests.an_event('evt_1') || '{"facts": null}');
select is(outbox.needs_courier(), false, 'an unreadable event is not due to be read yet');
select tests.time_passes('evt_1', '1 minute');
select is(outbox.needs_courier(), true, 'once it is due a courier is needed');
select tests.time_passes('evt_1', '-1 minute');
select tests.receive_events(tests.unconfirmed('evt_2', tests.fact_captured('pi_1')));
select is(outbox.needs_courier(), false, 'an unconfirmed event is not due to be asked about yet');
select tests.time_passes('evt_2', '1 minute');
select is(outbox.needs_courier(), true, 'once it is due a courier is needed');

select * from finish();
rollback;
