create function tutoring.busy_spans(
  tutor_email text, "from" timestamptz, "to" timestamptz, except_session uuid default null
) returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select s.starts_at, s.ends_at
  from public.tutoring_sessions s
  where s.tutor_email = busy_spans.tutor_email and s.status = 'scheduled' and s.starts_at < busy_spans."to"
    and s.ends_at > busy_spans."from" and s.id is distinct from busy_spans.except_session
  union all
  select r.starts_at, r.ends_at
  from public.stock_reservations r
  where r.tutor_email = busy_spans.tutor_email and r.status = 'held' and r.starts_at < busy_spans."to"
    and r.ends_at > busy_spans."from";
end
$$;
comment on function tutoring.busy_spans(text, timestamptz, timestamptz, uuid) is
  'The sessions of a tutor, and those held for checkouts, that touch a period of time. except_session is left out.';
