begin;
select plan(4);

-- More than are looked at for a page: the dead one is the oldest.
select tests.an_admin('admin@tests.example'), tests.a_quiet_outbox(), tests.a_destination('tests_a');
select tests.receive_events(tests.an_event('evt_dead', '{"type": "nonsense"}'));
insert into inbox.events (provider, type, status, trust, provider_event_id, body, facts)
select 'tests', 'many', 'ignored', 'signed', 'many_' || i, '{}', '[]' from generate_series(1, 20500) i;
select tests.authenticate_as('admin@tests.example');

select is(console.list('events', '{"provider": "tests", "status": "failed"}') #>> '{rows,0,provider_event_id}',
  'evt_dead',
  'by its status at once');
select is(console.list('events', '{"text": "evt_dead"}', size => 5) -> 'rows', '[]',
  'by a text not in the first 20000');
select is(console.list('events', '{"text": "evt_dead"}', size => 5) ->> 'stopped', 'true', 'and the answer says so');
select is(console.list('events', '{"text": "evt_dead"}', console.list('events', '{"text": "evt_dead"}', size => 5) ->>
  'next',
  5) #>> '{rows,0,provider_event_id}', 'evt_dead', 'the next page goes on from there');

select * from finish();
rollback;
