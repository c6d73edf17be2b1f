create function tutoring.notify_of_no_show(session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
begin
  select s.* into v_session from public.tutoring_sessions s where s.id = notify_of_no_show.session_id;
  -- What was said before does not hold any more.
  delete from public.notifications n where n.tutoring_session_id = v_session.id and n.kind = 'session_no_show';
  insert into public.notifications (user_id, kind, title, body, tutoring_session_id)
  select p.user_id, 'session_no_show', 'Somebody was missing',
    format('%s, %s: the recording has %s.', v_session.title, tutoring.local_time(v_session, v_session.starts_at),
      case v_session.no_show when 'student' then 'the tutor alone' when 'tutor' then 'the student alone'
        else 'neither tutor nor student' end),
    v_session.id
  from tutoring.participants(v_session) p
  where v_session.no_show is not null and p.user_id is not null;
end
$$;
comment on function tutoring.notify_of_no_show(uuid) is
  'Notifies the accounts of tutor and student that a recording shows one of them missing; a session where nobody is '
  'missing after all has no such notification any more.';
