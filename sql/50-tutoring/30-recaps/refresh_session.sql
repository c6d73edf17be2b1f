create function tutoring.refresh_session(session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_recorded boolean := exists (
    select 1 from public.session_recaps r where r.tutoring_session_id = refresh_session.session_id
    and r.ended_at is not null
  );
begin
  update public.tutoring_sessions s
  set status = case when v_recorded then 'completed' else 'scheduled' end::public.tutoring_session_status,
    completed_by_recap = v_recorded
  where s.id = refresh_session.session_id
    and case when v_recorded then s.status = 'scheduled' else s.status = 'completed' and s.completed_by_recap end;
end
$$;
comment on function tutoring.refresh_session(uuid) is
  'Completes a scheduled session that has a finished recording. A session that was completed by a recording, and has '
  'none any more, is scheduled again.';
