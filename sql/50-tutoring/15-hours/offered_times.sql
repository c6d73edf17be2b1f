create function tutoring.offered_times(
  tutor public.tutors, "from" timestamptz, "to" timestamptz, minutes integer
) returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
declare
  v_length interval := make_interval(mins => minutes);
  v_earliest timestamptz := greatest(offered_times."from", now() + make_interval(mins => tutor.notice_minutes));
  v_latest timestamptz := least(offered_times."to", now() + make_interval(hours => 24 * tutor.book_ahead_days));
  v_teaches tstzmultirange;
begin
  if v_earliest > v_latest then
    return;
  end if;
  v_teaches := tutoring.teaching_times(tutor, v_earliest, v_latest);
  return query
  select distinct g.at, g.at + v_length
  from tutoring.opening_spans(tutor, v_earliest, v_latest) s
  -- From the opening on, and not from v_earliest: the steps are the same whatever is asked for.
  cross join lateral generate_series(
    lower(s.span), least(upper(s.span), v_latest), make_interval(mins => tutor.step_minutes)
  ) g (at)
  where s.kind is distinct from 'off' and g.at >= v_earliest and g.at < offered_times."to"
    and v_teaches @> tstzrange(g.at, g.at + v_length);
end
$$;
comment on function tutoring.offered_times(public.tutors, timestamptz, timestamptz, integer) is
  'When a session of so many minutes may begin, from a moment on and before another, if the tutor has no other then: '
  'within the hours, at their steps, not too soon and not too far ahead.';
