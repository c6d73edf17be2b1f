create function tutoring.notify_of_change(change public.tutoring_session_changes) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
begin
  select s.* into v_session from public.tutoring_sessions s where s.id = change.tutoring_session_id;
  insert into public.notifications (user_id, kind, title, body, tutoring_session_id)
  select p.user_id, 'session_' || change.kind,
    case change.kind when 'rescheduled' then 'Your session was moved' else 'Your session was cancelled' end,
    concat_ws(' ',
      case change.kind
        when 'rescheduled' then format('%s: now %s, before %s.', v_session.title,
          tutoring.local_time(v_session, change.to_starts_at), tutoring.local_time(v_session, change.from_starts_at))
        else format('%s, %s.', v_session.title, tutoring.local_time(v_session, change.from_starts_at))
      end,
      change.reason
    ),
    v_session.id
  from tutoring.participants(v_session) p
  where p.user_id is not null;
end
$$;
comment on function tutoring.notify_of_change(public.tutoring_session_changes) is
  'Notifies the accounts of the tutor and the student that their session was moved or cancelled.';
