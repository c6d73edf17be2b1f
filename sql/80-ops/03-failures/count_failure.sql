create function ops.count_failure(endpoint text, code text, message text) returns void
language sql
set search_path = ''
begin atomic
  insert into ops.endpoint_failures as f (endpoint, code, message, minute)
  values (count_failure.endpoint, count_failure.code, count_failure.message, date_trunc('minute', now(), 'UTC'))
  on conflict on constraint failures_are_counted_by_minute
  do update set count = f.count + 1, last_at = now();
end;
comment on function ops.count_failure(text, text, text) is
  'Counts a request that an endpoint could not serve. Called by the endpoint.';
