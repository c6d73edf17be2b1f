create function tutoring.is_busy(tutor_email text, starts_at timestamptz, ends_at timestamptz) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
      select 1 from public.tutoring_sessions s
      where s.tutor_email = is_busy.tutor_email and s.status = 'scheduled' and s.starts_at < is_busy.ends_at
        and s.ends_at > is_busy.starts_at
    )
    or exists (
      select 1 from public.stock_reservations r
      where r.tutor_email = is_busy.tutor_email and r.status = 'held' and r.starts_at < is_busy.ends_at
        and r.ends_at > is_busy.starts_at
    );
end
$$;
comment on function tutoring.is_busy(text, timestamptz, timestamptz) is
  'Whether a tutor has a session, or one held for a checkout, in a period of time. A caller that is about to book '
  'holds commerce.lock_seats.';
