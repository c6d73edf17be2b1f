create function tutoring.remind() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_written integer;
begin
  with due as (
    -- A session that somebody is just moving is left for the next run.
    select s.id, s.starts_at, m.minutes
    from public.tutoring_sessions s
    join public.tutors t on t.email = s.tutor_email
    cross join lateral (
      -- Of several that are due, because cron was away, the last alone.
      select min(x.minutes) as minutes from unnest(t.reminder_minutes) x (minutes)
      where s.starts_at - make_interval(mins => x.minutes) <= now()
    ) m
    where s.status = 'scheduled' and s.starts_at > now() and s.starts_at <= now() + interval '30 days'
      and m.minutes is not null
      -- Who booked or moved it after that knows.
      and s.starts_at - make_interval(mins => m.minutes) >= greatest(s.created_at, (
        select max(c.created_at) from public.tutoring_session_changes c where c.tutoring_session_id = s.id
      ))
      and not exists (
        select 1 from public.session_reminders r
        where r.tutoring_session_id = s.id and r.starts_at = s.starts_at and r.minutes_before = m.minutes
      )
    for no key update of s skip locked
  ), written as (
    insert into public.session_reminders (tutoring_session_id, starts_at, minutes_before)
    select d.id, d.starts_at, d.minutes from due d order by d.starts_at, d.id
    on conflict on constraint people_are_reminded_once do nothing
    returning tutoring_session_id
  ), notified as (
    insert into public.notifications (user_id, kind, title, body, tutoring_session_id)
    select p.user_id, 'session_reminder', 'Your session is about to begin',
      format('%s, %s.', s.title, tutoring.local_time(s, s.starts_at)), s.id
    from written w
    join public.tutoring_sessions s on s.id = w.tutoring_session_id
    cross join lateral tutoring.participants(s) p
    where p.user_id is not null
  )
  select count(*) into v_written from written;
  return v_written;
end
$$;
comment on function tutoring.remind() is
  'Called by cron: reminds tutor and student of their sessions, tutors.reminder_minutes before they begin, each time '
  'once, by a message tutoring_session.reminder and notifications. Not of one that is cancelled, and not where it was '
  'booked or moved after the reminder was due. Returns how many.';
