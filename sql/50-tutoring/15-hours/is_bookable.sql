create function tutoring.is_bookable(tutor_email text, starts_at timestamptz, ends_at timestamptz) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_tutor public.tutors;
begin
  select t.* into v_tutor from public.tutors t where t.email = is_bookable.tutor_email;
  return not found
    or tutoring.teaching_times(v_tutor, is_bookable.starts_at, is_bookable.ends_at)
      @> tstzrange(is_bookable.starts_at, is_bookable.ends_at);
end
$$;
comment on function tutoring.is_bookable(text, timestamptz, timestamptz) is
  'Whether a session lies within the hours of its tutor: the weekly ones (public.tutor_hours), less days off, and '
  'extra ones (public.tutor_exceptions). A tutor without hours teaches at any time that is not off. Notice and steps: '
  'tutoring.check_bookable.';
