create function ops.enforce_quota() returns trigger
language plpgsql
security definer -- the writer of a row has no right to read or change the counters
set search_path = ''
as $$
declare
  v_user uuid := auth.uid();
  v_what text := tg_table_schema || '.' || tg_table_name;
  v_allowed integer;
  v_count integer;
begin
  -- SQL, the service key and admins are trusted.
  if v_user is null or ops.is_admin() then
    return new;
  end if;
  select q.per_hour into v_allowed from ops.quotas q where q.what = v_what;
  if not found then
    return new;
  end if;
  insert into ops.quota_usage as u (user_id, what, hour, count)
  values (v_user, v_what, date_trunc('hour', now()), 1)
  on conflict (user_id, what, hour) do update set count = u.count + 1
  returning u.count into v_count;
  if v_count > v_allowed then
    -- PostgREST answers PTxyz with the status xyz: 429 Too Many Requests.
    raise exception 'too many: an account may write % of % an hour', ops.counted(v_allowed, 'row'), tg_table_name
      using errcode = 'PT429', detail = 'quota_exceeded',
        hint = format('Try again after %s.', ops.iso_utc(date_trunc('hour', now()) + interval '1 hour'));
  end if;
  return new;
end
$$;
comment on function ops.enforce_quota() is
  'Row trigger: refuses what an account writes beyond ops.quotas. Raises PT429, which the Data API answers as 429; '
  'detail: quota_exceeded.';
