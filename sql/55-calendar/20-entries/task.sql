create function calendar.task(entry_id uuid)
returns table (
  version integer, action text, reason text, event_id text, known boolean, event_number integer, title text,
  starts_at text, ends_at text, time_zone text, emails jsonb, left_out jsonb, conference_number integer,
  conference_failures integer, conference_age_ms integer, meet_space text
)
language plpgsql stable
set search_path = ''
as $$
declare
  v_entry calendar.entries;
  v record;
begin
  select e.* into v_entry from calendar.entries e where e.id = task.entry_id;
  if not found then
    return query select null::integer, 'none', 'It was purged from calendar.entries.', null::text, false, 0, null::text,
      null::text, null::text, null::text, '[]'::jsonb, '[]'::jsonb, 1, 0, null::integer, null::text;
    return;
  end if;
  select w.* into v
  from (
    select s.status::text, s.title, s.starts_at, s.ends_at, s.tutor_email as teacher
    from public.tutoring_sessions s where v_entry.source = 'tutoring_session' and s.id = v_entry.id
    union all
    select a.status::text, a.title, a.starts_at, a.ends_at,
      (select lower(u.email) from auth.users u where u.id = a.instructor_user_id
        and u.email_confirmed_at is not null)
    from public.appointments a where v_entry.source = 'appointment' and a.id = v_entry.id
  ) w;
  return query
  select v_entry.version, d.action, d.reason, calendar.event_id(v_entry), v_entry.synced_version > 0,
    v_entry.event_number, v.title, ops.iso_utc(v.starts_at), ops.iso_utc(v.ends_at),
    coalesce(
      (select h.time_zone from public.tutor_hours h join public.tutors t on t.id = h.tutor_id
        where t.email = v.teacher order by h.weekday, h.id limit 1),
      (select s.time_zone from calendar.settings s)
    ),
    to_jsonb(array(select distinct p.email from calendar.people(v_entry) p where p.email is not null order by 1)),
    to_jsonb(array(select p.role from calendar.people(v_entry) p where p.email is null order by 1)),
    v_entry.conference_number, v_entry.conference_failures,
    case when v_entry.conference_asked_at is not null then
      least(1000 * date_part('epoch', now() - v_entry.conference_asked_at), 86400000)::integer
    end, v_entry.meet_space
  from (
    select case
      when v.status in ('scheduled', 'confirmed') and v.ends_at > now() then 'keep'
      -- Deleted, cancelled, or moved into the past. One that Google is not known to have may be there all the same.
      when (v.status is null or v.status in ('cancelled', 'requested')) and coalesce(v_entry.synced_until > now(), true)
        or v.status in ('scheduled', 'confirmed') and v_entry.synced_until > now() then 'remove'
      else 'none'
    end as action, 'It is over: Google Calendar is left as it is.' as reason
  ) d;
end
$$;
comment on function calendar.task(uuid) is
  'What is to be done about an entry now, by the row as it is: keep (there is to be an event, as described), remove '
  '(there is to be none) or none (reason says why). starts_at, ends_at: ISO 8601 in UTC; time_zone: of the tutor. '
  'known: an event is known to be there. conference_age_ms: how long Google has been making the conference, in ms.';
