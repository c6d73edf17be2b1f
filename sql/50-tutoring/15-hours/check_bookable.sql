create function tutoring.check_bookable(
  what text, tutor_email text, starts_at timestamptz, minutes integer, except_session uuid default null
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_tutor public.tutors;
  v_why text;
begin
  select t.* into v_tutor from public.tutors t where t.email = check_bookable.tutor_email;
  if not found then
    return;
  end if;
  v_why := case
    when starts_at < now() + make_interval(mins => v_tutor.notice_minutes) then
      format('it has to be booked %s ahead', tutoring.in_words(v_tutor.notice_minutes))
    when starts_at > now() + make_interval(hours => 24 * v_tutor.book_ahead_days) then
      format('it can be booked %s ahead at most', tutoring.in_words(1440 * v_tutor.book_ahead_days))
    when not tutoring.is_bookable(tutor_email, starts_at, starts_at + make_interval(mins => minutes)) then
      'its tutor teaches at other hours'
    when tutoring.has_hours(v_tutor.id) and not exists (
      select 1 from tutoring.offered_times(v_tutor, starts_at, starts_at + interval '1 microsecond', minutes)
    ) then
      format('its tutor begins every %s from the opening on', tutoring.in_words(v_tutor.step_minutes))
  end;
  if v_why is null then
    return;
  end if;
  raise exception '% cannot be booked at %: %', what, ops.iso_utc(starts_at), v_why
    using errcode = 'P0001', detail = 'not_bookable',
      hint = tutoring.another_time(tutor_email, starts_at, minutes, except_session);
end
$$;
comment on function tutoring.check_bookable(text, text, timestamptz, integer, uuid) is
  'The rule of booking, but for what is taken (tutoring.is_busy): raises P0001 not_bookable for a time that is too '
  'soon, too far ahead, outside of the tutor''s hours or between their steps, and says the next free one. what: named '
  'in the text. Of a tutor with hours it accepts what tutoring.offered_times lists, and nothing else.';
