create function tutoring.has_hours(tutor_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (select 1 from public.tutor_hours h where h.tutor_id = has_hours.tutor_id)
    or exists (select 1 from public.tutor_exceptions e where e.tutor_id = has_hours.tutor_id and e.kind = 'extra');
end
$$;
comment on function tutoring.has_hours(uuid) is
  'Whether a tutor has weekly or extra hours. One without can be booked at any time that is not off.';
