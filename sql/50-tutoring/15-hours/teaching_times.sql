create function tutoring.teaching_times(tutor public.tutors, "from" timestamptz, "to" timestamptz)
returns tstzmultirange
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(range_agg(s.span) filter (where s.kind is null), '{}')
      - coalesce(range_agg(s.span) filter (where s.kind = 'off'), '{}')
      + coalesce(range_agg(s.span) filter (where s.kind = 'extra'), '{}')
    from tutoring.opening_spans(tutor, teaching_times."from", teaching_times."to") s
  );
end
$$;
comment on function tutoring.teaching_times(public.tutors, timestamptz, timestamptz) is
  'When a tutor teaches, at least from a moment until another: the weekly hours, less what is off, and the extra '
  'hours. What touches is one span.';
