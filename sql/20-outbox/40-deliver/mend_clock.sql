create function outbox.mend_clock() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_count integer;
  v_mended integer := 0;
begin
  update outbox.destinations d set tokens_at = v_now where d.tokens_at > v_now;
  get diagnostics v_count = row_count;
  v_mended := v_mended + v_count;
  -- A hold never lasts longer than 5 minutes.
  update outbox.destinations d
  set held_until = v_now
  where d.held_until > v_now + interval '1 hour';
  get diagnostics v_count = row_count;
  v_mended := v_mended + v_count;
  -- A lease lasts for a timeout, at most a minute, and 30 seconds.
  update outbox.deliveries x
  set lease_until = v_now + interval '90 seconds'
  where x.status = 'sending' and x.lease_until > v_now + interval '3 minutes';
  get diagnostics v_count = row_count;
  v_mended := v_mended + v_count;
  update outbox.deliveries x
  set next_attempt_at = v_now
  where x.status = 'pending' and x.lane in (0, 2, 4) and x.next_attempt_at > v_now and x.created_at > v_now +
    interval '1 second'
    and not exists (
      select 1 from outbox.deliveries earlier
      where earlier.destination = x.destination and earlier.record_key = x.record_key and earlier.id < x.id
        and earlier.status in ('pending', 'sending')
    );
  get diagnostics v_count = row_count;
  return v_mended + v_count;
end
$$;
comment on function outbox.mend_clock() is
  'After the server''s clock stepped back: times too far in the future are set to now, so that nothing waits for the '
  'clock to catch up. Run by cron. Returns how many were changed; usually 0.';
