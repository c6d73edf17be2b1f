begin;
select plan(4);

select tests.create_user('student@tests.example');
create function tests.heard(event text) returns text[] language sql as $$
  select array_agg(m.type order by m.sequence) from outbox.messages m join outbox.deliveries d on d.message_id = m.id
  where d.destination = 'make' and m.event_id = (tests.the_event(event)).id
$$;
select tests.a_session('lesson');
select tests.receive_events(tests.an_event('evt_1', tests.fact_meeting('rec_1')));
select is(tests.heard('evt_1'), '{recap.created,tutoring_session.changed}',
  'of the recording, and of the session that it completed');
select tests.receive_events(tests.an_event('evt_2', tests.fact_meeting('rec_1', at => 1) || tests.a_summary()
  || tests.an_action_item()));
select is(tests.heard('evt_2'), '{recap.changed,notification.created}',
  'of summary and action items in one message, and of the notification');
select tests.receive_events(tests.an_event('evt_3', tests.fact_meeting('rec_1', at => 2) || tests.a_transcript()));
select is(tests.heard('evt_3'), null, 'not of a transcript');
select tests.receive_events(tests.an_event('evt_4', tests.fact_meeting('rec_1', at => 3) || tests.a_summary()
  || tests.an_action_item()));
select is(tests.heard('evt_4'), null, 'nor of the same event again');

select * from finish();
rollback;
