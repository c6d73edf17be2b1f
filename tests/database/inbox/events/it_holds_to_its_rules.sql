begin;
select plan(11);

create function tests.an_event_row(but jsonb) returns text language sql as $$
  select format('insert into inbox.events select * from jsonb_populate_record(null::inbox.events, %L)',
    jsonb_build_object(
    'id', ops.uuid7(), 'provider', 'tests', 'type', 't', 'status', 'ignored', 'trust', 'signed', 'received_at', now(),
    'attempts', 1,
    'provider_event_id', gen_random_uuid(), 'body', '', 'headers', '{}'::jsonb
  ) || but)
$$;
select lives_ok(tests.an_event_row('{}'), 'a plain event is accepted');
select lives_ok(tests.an_event_row('{"provider_event_id": "evt_1"}'), 'and one with this id');
select tests.is_refused(tests.an_event_row('{"provider_event_id": "evt_1"}'), 'an_event_is_received_once',
  'an event is received once');
select tests.is_refused(tests.an_event_row('{"status": "parked"}'), 'a_parked_event_says_what_it_waits_for',
  'a parked event says what it waits for');
select tests.is_refused(tests.an_event_row('{"waiting_for": "x"}'), 'a_parked_event_says_what_it_waits_for',
  'and only a parked one waits');
select tests.is_refused(tests.an_event_row('{"status": "failed"}'), 'a_failed_event_says_why',
  'a failed event says why');
select tests.is_refused(tests.an_event_row('{"status": "dead"}'), 'a_failed_event_says_why', 'so does a dead one');
select tests.is_refused(tests.an_event_row('{"status": "applied"}'), 'an_applied_event_says_when',
  'an applied event says when');
select tests.is_refused(tests.an_event_row('{"applied_at": "2026-01-01"}'), 'an_applied_event_says_when',
  'and only an applied one was');
select tests.is_refused(tests.an_event_row('{"status": "applied", "applied_at": "2026-01-01", "trust": "unconfirmed"}'),
  'an_unconfirmed_event_is_not_applied', 'an unconfirmed event is never applied');
select tests.is_refused(tests.an_event_row('{"facts": {}}'), 'facts_are_a_list', 'facts are a list');

select * from finish();
rollback;
