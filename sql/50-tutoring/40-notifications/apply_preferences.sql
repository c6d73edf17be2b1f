create function tutoring.apply_preferences() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_wanted public.notification_preferences;
begin
  select p.* into v_wanted from public.notification_preferences p where p.user_id = new.user_id and p.kind = new.kind;
  if found then
    new.in_app := new.in_app and v_wanted.in_app;
    new.by_email := new.by_email and v_wanted.by_email;
  end if;
  -- One that nobody is shown or sent is none.
  return case when new.in_app or new.by_email then new end;
end
$$;
comment on function tutoring.apply_preferences() is
  'Row trigger: a new notification goes only where its account wants it (notification_preferences); where it wants '
  'none of its kind, there is none.';

create trigger apply_preferences before insert on public.notifications
for each row execute function tutoring.apply_preferences();
