create function inbox.reject(provider text, reason text, count integer, sample jsonb) returns void
language sql
set search_path = ''
begin atomic
  insert into inbox.rejections as r (provider, reason, minute, count, last_at, sample)
  values (reject.provider, reject.reason, date_trunc('minute', now(), 'UTC'), reject.count, now(), reject.sample)
  on conflict on constraint rejections_are_counted_by_minute
  do update set count = r.count + excluded.count, last_at = excluded.last_at, sample = excluded.sample;
end;
comment on function inbox.reject(text, text, integer, jsonb) is 'Counts rejected requests.';
