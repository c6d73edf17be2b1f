begin;
select plan(8);

create function pg_temp.newer(as_of jsonb, more jsonb default '{}', moment text default '2026-03-01T10:00:00.000Z')
returns jsonb language sql as $$
  select inbox.newer_calendar_columns(as_of, '{"provider_ref": "event_1", "status": "confirmed"}'::jsonb || more
    || jsonb_build_object('occurred_at', moment))
$$;
create temp table first as select pg_temp.newer('{}') as columns;
select is((select f.columns - 'calendar_as_of' from first f),
  '{"calendar_event_id": "event_1", "status": "confirmed"}'::jsonb, 'what is said, by its column; null says nothing');
select is((select f.columns #>> '{calendar_as_of,status,0}' from first f), '2026-03-01T10:00:00.000Z',
  'and when it was said');
select is((select pg_temp.newer(f.columns -> 'calendar_as_of') from first f), null, 'the same again: nothing is newer');
select is((select pg_temp.newer(f.columns -> 'calendar_as_of', '{"status": "cancelled"}', '2026-02-01T10:00:00.000Z')
  from first f), null, 'nor is what was said before');
create temp table moved as
select pg_temp.newer(f.columns -> 'calendar_as_of', '{"starts_at": "2026-04-01T09:00:00Z", "ends_at": null}') as columns
from first f;
select is((select m.columns - 'calendar_as_of' from moved m),
  '{"starts_at": "2026-04-01T09:00:00Z", "ends_at": null}'::jsonb, 'a time is its beginning and its end, known or not');
select is((select array(select jsonb_object_keys(m.columns -> 'calendar_as_of')) from moved m),
  '{status,starts_at,calendar_event_id}'::text[], 'what is known of the other parts stays known');
select is((select pg_temp.newer(m.columns -> 'calendar_as_of', '{"ends_at": "2026-04-01T10:00:00Z"}',
  '2026-03-01T09:00:00.000Z') from moved m), null, 'an end without a beginning is no time');
select is(pg_temp.newer(null, '{"meet_link": "https://meet.example/1"}') ->> 'meet_link', 'https://meet.example/1',
  'where nothing is known, all is newer');

select * from finish();
rollback;
