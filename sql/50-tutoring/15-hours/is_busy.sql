create function tutoring.is_busy(
  tutor_email text, starts_at timestamptz, ends_at timestamptz, except_session uuid default null
) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_break interval := make_interval(mins => coalesce(
    (select t.break_minutes from public.tutors t where t.email = is_busy.tutor_email), 0
  ));
begin
  return exists (
    select 1 from tutoring.busy_spans(is_busy.tutor_email, is_busy.starts_at - v_break, is_busy.ends_at + v_break,
      is_busy.except_session)
  );
end
$$;
comment on function tutoring.is_busy(text, timestamptz, timestamptz, uuid) is
  'Whether a tutor has a session, or one held for a checkout, in a period of time or less than a break '
  '(tutors.break_minutes) from it. except_session: one that does not count. A caller that is about to book holds '
  'commerce.lock_seats, or tutoring.lock_tutor.';
