create function ops.purge_cron_log(before timestamptz, at_most integer, after text, out gone integer, out reached text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_custom_plan -- so that the walk begins where `after` says
as $$
begin
  with walk as materialized (
    select o.place, o.runid, bool_and(o.old) over (order by o.runid) as old
    from (
      select t.ctid as place, t.runid, coalesce(t.end_time, t.start_time, '-infinity') < before as old
      from cron.job_run_details t
      where (after is null or t.runid > after::bigint)
      order by t.runid
      limit at_most
    ) o
  ), removed as (
    delete from cron.job_run_details x
    where x.ctid = any (array(
      select t.ctid
      from cron.job_run_details t
      where t.ctid = any (array(select w.place from walk w where w.old))
        and (t.end_time is not null or t.status = 'failed')
      for update of t skip locked
    ))
    returning 1
  )
  select (select count(*) from removed), (select w.runid from walk w where w.old order by w.runid desc limit 1)
  into gone, reached;
end
$$;
comment on function ops.purge_cron_log(timestamptz, integer, text) is
  'The part of ops.purge for runs of cron''s jobs that have ended.';
