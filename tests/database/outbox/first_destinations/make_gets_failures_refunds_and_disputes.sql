begin;
select plan(6);

create function tests.heard(event text) returns text[] language sql as $$
  select array_agg(m.type order by m.type) from outbox.messages m join outbox.deliveries d on d.message_id = m.id
  where d.destination = 'make' and m.event_id = (tests.the_event(event)).id
$$;
select tests.receive_events(tests.an_event('evt_1', tests.fact_failed('pi_1')));
select is(tests.heard('evt_1'), '{payment.failed}', 'a payment that failed');
select tests.receive_events(tests.an_event('evt_2', tests.fact_captured('pi_2')));
select is(tests.heard('evt_2'), '{payment.captured,payment.needs_review}', 'a payment that needs review');
select tests.receive_events(tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_2', 100, 'pending')));
select is(tests.heard('evt_3'), '{refund.created}', 'a refund');
select tests.receive_events(tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_2', 100)));
select is(tests.heard('evt_4'), '{refund.changed}', 'its new status');
select tests.receive_events(tests.an_event('evt_5', tests.fact_dispute('dp_1', 'pi_2', 'needs_response')));
select is(tests.heard('evt_5'), '{dispute.created}', 'a dispute');
select tests.receive_events(tests.an_event('evt_6', tests.fact_dispute('dp_1', 'pi_2', 'lost', at => 1)));
select is(tests.heard('evt_6'), '{dispute.changed}', 'its new status');

select * from finish();
rollback;
