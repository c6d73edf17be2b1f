create function tutoring.find_recaps() returns trigger
language plpgsql
security definer -- the writer of a session has no right to read recaps
set search_path = ''
as $$
declare
  -- As it was, and as it is now: a recording that fitted it may fit another one alone.
  v_versions public.tutoring_sessions[] := case tg_op
    when 'INSERT' then array[new] when 'DELETE' then array[old] else array[old, new] end;
  v_id uuid := v_versions[1].id;
  v_emails text[];
  v_rooms text[];
  v_recap record;
begin
  select array_agg(s.tutor_email) || array_agg(s.student_email),
    array_remove(array_agg(tutoring.meeting_key(s.meet_link)), null)
  into v_emails, v_rooms from unnest(v_versions) s;
  for v_recap in
    select r.id, r.tutoring_session_id as session_before,
      case when r.matched_by_hand and r.tutoring_session_id is not null then r.tutoring_session_id
        else tutoring.session_of(r.people, r.started_at, r.scheduled_start_at, r.meeting_url) end as session_now
    from public.session_recaps r
    where r.tutoring_session_id = v_id
      or (
        (r.emails && v_emails or r.meeting_key = any (v_rooms))
        and exists (
          select 1 from unnest(v_versions) s
          where tutoring.seconds_apart(r.started_at, r.scheduled_start_at, s.starts_at, s.ends_at) is not null
        )
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
  'of another session, or of one of several, are removed from it. What a person assigned stays.';

-- Triggers fire in the order of their names: the message about the session is written before the messages about its
-- recaps.
create trigger then_find_recaps after insert or delete on public.tutoring_sessions
for each row execute function tutoring.find_recaps();
create trigger then_find_recaps_anew after update on public.tutoring_sessions
for each row when (
  old.tutor_email is distinct from new.tutor_email or old.student_email is distinct from new.student_email
  or old.tutor_user_id is distinct from new.tutor_user_id or old.student_user_id is distinct from new.student_user_id
  or old.starts_at is distinct from new.starts_at or old.ends_at is distinct from new.ends_at
  or old.meet_link is distinct from new.meet_link
  or (old.status = 'cancelled') is distinct from (new.status = 'cancelled')
) execute function tutoring.find_recaps();
