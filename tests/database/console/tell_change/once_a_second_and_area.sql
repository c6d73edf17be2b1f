begin;
select plan(7);

create function tests.told(area text) returns bigint language sql as $$
  select count(*) from realtime.messages m
  where m.topic = 'admins' and m.event = 'changed' and m.payload ->> 'area' = told.area
    and m.private and m.extension = 'broadcast'
$$;
-- Whatever other tests told within this second.
select setval('console.told_events', 1), setval('console.told_decisions', 1);
create temporary table before as select tests.told('events') as events, tests.told('decisions') as decisions;

insert into inbox.events (provider, type, status, trust, provider_event_id, body)
select 'stripe', 'a.test', 'ignored', 'confirmed', 'evt_tell_' || n, '{}' from generate_series(1, 100) n;
select is(tests.told('events'), (select events from before) + 1, 'a hundred rows are one message');
insert into inbox.events (provider, type, status, trust, provider_event_id, body)
  values ('stripe', 'a.test', 'ignored', 'confirmed', 'evt_tell_again', '{}');
select is(tests.told('events'), (select events from before) + 1, 'and so are those of one second');
select is((select m.payload - 'id' from realtime.messages m where m.topic = 'admins' and m.payload ->> 'area' = 'events'
  limit 1), '{"area": "events"}', 'it holds no row');
insert into ops.decisions (command, about, reason) values ('a.test', 'nothing', 'a test');
select is(tests.told('decisions'), (select decisions from before) + 1, 'another area is told by itself');

-- A second passes.
select setval('console.told_events', (date_part('epoch', clock_timestamp()) * 1000)::bigint - 1001);
update inbox.events e set subject = 'x' where e.provider_event_id = 'evt_tell_1';
select is(tests.told('events'), (select events from before) + 2, 'a second later it is told again');

-- The clock is set back.
select setval('console.told_events', (date_part('epoch', clock_timestamp()) * 1000)::bigint + 3600000);
update inbox.events e set subject = 'y' where e.provider_event_id = 'evt_tell_1';
select is(tests.told('events'), (select events from before) + 3, 'a clock that was set back mutes nothing');

select setval('console.told_events', 1);
select set_config('console.previewing', 'on', true);
update inbox.events e set subject = 'z' where e.provider_event_id = 'evt_tell_1';
select is(tests.told('events'), (select events from before) + 3, 'a preview tells nobody');

select * from finish();
rollback;
