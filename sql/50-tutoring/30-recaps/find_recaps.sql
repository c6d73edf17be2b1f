create function tutoring.find_recaps() returns trigger
language plpgsql
security definer -- the writer of a session has no right to read recaps
set search_path = ''
as $$
declare
  v_session public.tutoring_sessions;
  v_recap record;
begin
  v_session := case when tg_op = 'DELETE' then old else new end;
  for v_recap in
    select r.id, r.tutoring_session_id as session_before,
    tutoring.session_of(r.people, r.started_at, r.scheduled_start_at) as session_now
    from public.session_recaps r
    where r.tutoring_session_id = v_session.id
      or (
        r.emails && array[v_session.tutor_email, v_session.student_email]
        and tutoring.seconds_apart(r.started_at, r.scheduled_start_at, v_session.starts_at, v_session.ends_at)
          is not null
      )
    order by r.id
    for no key update
  loop
    if v_recap.session_now is distinct from v_recap.session_before then
      update public.session_recaps r set tutoring_session_id = v_recap.session_now where r.id = v_recap.id;
    end if;
    perform tutoring.settle_recap(v_recap.id, v_recap.session_before);
  end loop;
  return null;
end
$$;
comment on function tutoring.find_recaps() is
  'Row trigger: recordings that were received before their session are assigned to it, and those that turn out to be '
  'of another session are removed from it.';

-- Triggers fire in the order of their names: the message about the session is written before the messages about its
-- recaps.
create trigger then_find_recaps after insert or delete on public.tutoring_sessions
for each row execute function tutoring.find_recaps();
create trigger then_find_recaps_anew after update on public.tutoring_sessions
for each row when (
  old.tutor_email is distinct from new.tutor_email or old.student_email is distinct from new.student_email
  or old.tutor_user_id is distinct from new.tutor_user_id or old.student_user_id is distinct from new.student_user_id
  or old.starts_at is distinct from new.starts_at or old.ends_at is distinct from new.ends_at
  or (old.status = 'cancelled') is distinct from (new.status = 'cancelled')
) execute function tutoring.find_recaps();
