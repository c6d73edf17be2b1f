create function calendar.want() returns trigger
language plpgsql
security definer -- the writer of a session or appointment has no right to read or write the calendar
set search_path = ''
as $$
declare
  v_source text := case tg_table_name when 'tutoring_sessions' then 'tutoring_session' else 'appointment' end;
begin
  if not exists (
    select 1 from calendar.settings s where case v_source when 'appointment' then s.appointments else s.sessions end
  ) then
    return null;
  end if;
  if tg_op = 'DELETE' then
    update calendar.entries e set version = e.version + 1, problem = null where e.id = old.id;
  elsif new.status::text in ('scheduled', 'confirmed') and new.ends_at > now() then
    insert into calendar.entries (id, source) values (new.id, v_source)
    on conflict (id) do update set version = calendar.entries.version + 1, problem = null;
  else
    update calendar.entries e set version = e.version + 1, problem = null where e.id = new.id;
  end if;
  return null;
end
$$;
comment on function calendar.want() is
  'Row trigger: a session or appointment was booked, confirmed, moved, cancelled or deleted. What Google must know of '
  'it becomes a version of its entry, which writes a delivery in the same transaction. One that is over gets none.';

create trigger want_in_calendar after insert or delete on public.tutoring_sessions
for each row execute function calendar.want();
create trigger change_in_calendar after update on public.tutoring_sessions
for each row when (
  (old.status, old.starts_at, old.ends_at, old.title, old.tutor_email, old.student_email)
  is distinct from (new.status, new.starts_at, new.ends_at, new.title, new.tutor_email, new.student_email)
) execute function calendar.want();

create trigger want_in_calendar after insert or delete on public.appointments
for each row execute function calendar.want();
create trigger change_in_calendar after update on public.appointments
for each row when (
  (old.status, old.starts_at, old.ends_at, old.title, old.email, old.user_id, old.instructor_user_id)
  is distinct from (new.status, new.starts_at, new.ends_at, new.title, new.email, new.user_id, new.instructor_user_id)
) execute function calendar.want();
