create function tutoring.match_recap(recap_id uuid, session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_before uuid;
begin
  perform pg_advisory_xact_lock(tutoring.matching_lock());
  if not exists (select 1 from public.tutoring_sessions s where s.id = match_recap.session_id) then
    raise exception 'there is no session %', session_id
      using errcode = 'P0002', hint = 'select id, starts_at, tutor_email, student_email from public.tutoring_sessions';
  end if;
  select r.tutoring_session_id into v_before from public.session_recaps r
  where r.id = match_recap.recap_id for no key update;
  if not found then
    raise exception 'there is no recap %', recap_id
      using errcode = 'P0002', hint = 'select id, title, started_at from public.session_recaps';
  end if;
  update public.session_recaps r set tutoring_session_id = match_recap.session_id, matched_by_hand = true
  where r.id = match_recap.recap_id;
  perform tutoring.settle_recap(match_recap.recap_id, v_before);
end
$$;
comment on function tutoring.match_recap(uuid, uuid) is
  'A person says which session a recording is of. The session is completed, and tutor and student get the recap; '
  'what the provider sends about it later does not change the session. '
  'Raises P0002 when there is no such recap or session.';
