create function learning.guard_appointment() returns trigger
language plpgsql
security definer -- the writer of an appointment has no right to read accounts or instructors
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid(); -- null: the owner, who may make any valid change
  v_teaches boolean;
begin
  if tg_op = 'INSERT' then
    if new.user_id is null and new.email is null then
      new.user_id := v_caller;
    end if;
    new.email := lower(coalesce(new.email, (select u.email from auth.users u where u.id = new.user_id
      and u.email_confirmed_at is not null)));
    new.user_id := coalesce(new.user_id, commerce.user_of(new.email));
    return new;
  end if;

  if v_caller is not null and not ops.is_admin() then
    v_teaches := coalesce(old.instructor_user_id = v_caller, false) or learning.teaches(old.cohort_id);
    if not v_teaches and (
      new.status not in (old.status, 'cancelled') or to_jsonb(new) - 'status' <> to_jsonb(old) - 'status'
    ) then
      raise exception 'a student may cancel an appointment, and change nothing else of it'
        using errcode = '42501', hint = 'Cancel it, and ask for another.';
    end if;
    if v_teaches and old.instructor_user_id is null and new.status = 'confirmed' then
      new.instructor_user_id := v_caller;
    end if;
    if v_teaches and new.instructor_user_id is distinct from old.instructor_user_id
      and (old.instructor_user_id is not null or new.instructor_user_id <> v_caller) then
      raise exception 'an instructor may take an appointment, but not give it to another' using errcode = '42501',
        hint = 'Ask an admin.';
    end if;
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_calendar := false;
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
    ('requested', 'confirmed'), ('requested', 'cancelled'), ('confirmed', 'cancelled'), ('confirmed', 'completed'),
    ('cancelled', 'confirmed')
  ) then
    raise exception 'an appointment cannot go from % to %', old.status, new.status
      using errcode = '23514', hint
      = 'requested → confirmed → completed; cancelled before it took place, and confirmed again.';
  end if;
  return new;
end
$$;
comment on function learning.guard_appointment() is
  'Row trigger: sets the owner of a new appointment; later decides which transitions are allowed, and what the student '
  '(cancel it) and the instructor (anything but its owner) may change.';

create trigger guard before insert or update on public.appointments for each row execute function
  learning.guard_appointment();
