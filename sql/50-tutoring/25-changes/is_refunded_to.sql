create function tutoring.is_refunded_to(session public.tutoring_sessions, role public.tutoring_session_role)
returns boolean
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
  return role <> 'student'
    or (v_given is not null and not v_chosen)
    or not (tutoring.is_late(session) or v_evaded);
end
$$;
comment on function tutoring.is_refunded_to(public.tutoring_sessions, public.tutoring_session_role) is
  'Whether a session is refunded when it is cancelled now: always to a tutor or admin. To a student who is in time, '
  'and did not move it late before; and at any time when the tutor or an admin was the last to move it.';
