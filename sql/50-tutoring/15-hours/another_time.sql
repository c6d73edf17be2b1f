create function tutoring.another_time(
  tutor_email text, starts_at timestamptz, minutes integer, except_session uuid default null
) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_from timestamptz := greatest(another_time.starts_at, now());
  v_next timestamptz;
begin
  -- What is too far ahead has no next time: the first one there is.
  if v_from > now() + make_interval(hours => 24 * (
    select t.book_ahead_days from public.tutors t where t.email = another_time.tutor_email
  )) then
    v_from := now();
  end if;
  select min(f.starts_at) into v_next
  from tutoring.free_times(another_time.tutor_email, v_from, v_from + interval '31 days', another_time.minutes,
    another_time.except_session) f;
  return case
    when v_next is null then 'No time is free in the 31 days after it: ask for free_times later on.'
    else format('The next free time is %s. Let the buyer choose one of free_times.', ops.iso_utc(v_next))
  end;
end
$$;
comment on function tutoring.another_time(text, timestamptz, integer, uuid) is
  'What to do about a time that cannot be booked: names the first free one within 31 days of it; of one that is over, '
  'or too far ahead, within 31 days of now.';
