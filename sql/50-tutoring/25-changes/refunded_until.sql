create function tutoring.refunded_until(session public.tutoring_sessions, role public.tutoring_session_role)
returns timestamptz
language plpgsql stable
set search_path = ''
as $$
declare
  -- The last that the student did not do: what the student did before does not matter any more.
  v_given integer := (
    select max(c.number) from public.tutoring_session_changes c
    where c.tutoring_session_id = session.id and c.kind = 'rescheduled' and c.changed_as <> 'student'
  );
  v_chosen boolean;
  v_evaded boolean;
begin
  select count(*) > 0, coalesce(bool_or(c.late), false) into v_chosen, v_evaded
  from public.tutoring_session_changes c
  where c.tutoring_session_id = session.id and c.kind = 'rescheduled' and c.changed_as = 'student'
    and (v_given is null or c.number > v_given);
  return case
    when role <> 'student' or (v_given is not null and not v_chosen) then 'infinity'::timestamptz
    when v_evaded then '-infinity'::timestamptz
    -- A session of a calendar may have a tutor without a row: the usual rule.
    else session.starts_at - make_interval(hours => coalesce((
      select t.cancel_hours from public.tutors t where t.email = session.tutor_email
    ), 24))
  end;
end
$$;
comment on function tutoring.refunded_until(public.tutoring_sessions, public.tutoring_session_role) is
  'Until when a session is refunded when it is cancelled: infinity for a tutor or admin, and for a student whose '
  'session the tutor or an admin moved last; -infinity for a student who moved it late; else tutors.cancel_hours '
  'before it begins.';
