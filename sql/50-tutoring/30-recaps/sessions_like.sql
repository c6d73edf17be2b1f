create function tutoring.sessions_like(
  people jsonb, started_at timestamptz, scheduled_start_at timestamptz, meeting_url text
) returns setof uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_emails text[] := tutoring.emails_of(people);
  v_room text := tutoring.meeting_key(meeting_url);
begin
  return query
  with fitting as (
    select s.id, apart,
      row(
        coalesce(tutoring.meeting_key(s.meet_link) = v_room, false),
        s.tutor_email = any (v_emails) and s.student_email = any (v_emails),
        s.tutor_email = any (v_emails) or s.student_email = any (v_emails)
      )::text as signs
    from public.tutoring_sessions s
    cross join lateral tutoring.seconds_apart(sessions_like.started_at, sessions_like.scheduled_start_at, s.starts_at,
      s.ends_at) as apart
    where s.status <> 'cancelled'
      and (s.tutor_email = any (v_emails) or s.student_email = any (v_emails)
        or tutoring.meeting_key(s.meet_link) = v_room)
      and apart is not null
  )
  select f.id
  from fitting f
  -- As text, (t,…) is above (f,…).
  where f.signs = (select max(m.signs) from fitting m)
    -- Five minutes do not decide between two.
    and f.apart - 300 <= (select min(n.apart) from fitting n where n.signs = (select max(m.signs) from fitting m));
end
$$;
comment on function tutoring.sessions_like(jsonb, timestamptz, timestamptz, text) is
  'The sessions that a meeting is most like: at its meeting_url, then with both tutor and student among its people, '
  'then with one of them, at about its time (tutoring.seconds_apart); of several the nearest. More than one: it cannot '
  'be told which. Depends only on the content of the tables, so that the result does not depend on the order of '
  'events.';
