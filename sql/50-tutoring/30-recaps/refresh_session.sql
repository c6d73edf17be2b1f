create function tutoring.refresh_session(session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_recorded boolean := exists (
    select 1 from public.session_recaps r where r.tutoring_session_id = refresh_session.session_id
    and r.ended_at is not null
  );
  v_session public.tutoring_sessions;
  v_status public.tutoring_session_status;
  v_missing public.tutoring_no_show;
begin
  select s.* into v_session from public.tutoring_sessions s where s.id = refresh_session.session_id;
  v_status := case
    when v_recorded and v_session.status = 'scheduled' then 'completed'
    when not v_recorded and v_session.status = 'completed' and v_session.completed_by_recap then 'scheduled'
    else v_session.status
  end;
  v_missing := case when v_status = 'completed' then tutoring.who_missed(v_session) end;
  update public.tutoring_sessions s
  set status = v_status, no_show = v_missing,
    completed_by_recap = case when s.status = v_status then s.completed_by_recap else v_recorded end
  where s.id = refresh_session.session_id and (s.status <> v_status or s.no_show is distinct from v_missing);
  if v_session.no_show is distinct from v_missing then
    perform tutoring.notify_of_no_show(refresh_session.session_id);
  end if;
end
$$;
comment on function tutoring.refresh_session(uuid) is
  'Completes a scheduled session that has a finished recording, and says who was missing (tutoring.who_missed). A '
  'session that was completed by a recording, and has none any more, is scheduled again.';
