create function tutoring.session_of(people jsonb, started_at timestamptz, scheduled_start_at timestamptz) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_emails text[] := tutoring.emails_of(people);
begin
  return (
    select s.id
    from public.tutoring_sessions s
    cross join lateral tutoring.seconds_apart(session_of.started_at, session_of.scheduled_start_at, s.starts_at,
      s.ends_at) as apart
    where s.status <> 'cancelled'
      and (s.tutor_email = any (v_emails) or s.student_email = any (v_emails))
      and apart is not null
    order by s.tutor_email = any (v_emails) and s.student_email = any (v_emails) desc, apart, s.starts_at, s.id
    limit 1
  );
end
$$;
comment on function tutoring.session_of(jsonb, timestamptz, timestamptz) is
  'The session that a meeting belongs to: one with both tutor and student among its people, else with one of them; of '
  'several the nearest in time. Depends only on the content of the tables, so that the result does not depend on the '
  'order of events. Null: no known session.';
