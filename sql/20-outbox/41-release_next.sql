create function outbox.release_next(destination text, record_key text) returns void
language sql
set search_path = ''
begin atomic
  update outbox.deliveries d
  set next_attempt_at = clock_timestamp()
  where d.next_attempt_at > clock_timestamp()
    and d.attempts = d.attempts_before -- not one that failed and waits for its own time
    and d.id = (
      select x.id
      from outbox.deliveries x
      where x.destination = release_next.destination and x.record_key = release_next.record_key and x.status in ('pending', 'sending')
      order by x.id
      limit 1
    );
end;
comment on function outbox.release_next(text, text) is 'A delivery about a record was settled: the next one about it, which waited behind it (outbox.claim), is due now.';
