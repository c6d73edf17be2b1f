create function tutoring.fill_in_hours() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.time_zone := coalesce(new.time_zone, (select t.time_zone from public.tutors t where t.id = new.tutor_id));
  if tg_table_name = 'tutor_exceptions' then
    new.last_day := coalesce(new.last_day, new.first_day);
  end if;
  return new;
end
$$;
comment on function tutoring.fill_in_hours() is
  'Row trigger: hours and exceptions that name no time zone are in their tutor''s; an exception without a last day is '
  'of one day.';

create trigger fill_in_hours before insert or update on public.tutor_hours for each row execute function
  tutoring.fill_in_hours();
create trigger fill_in_hours before insert or update on public.tutor_exceptions for each row execute function
  tutoring.fill_in_hours();
