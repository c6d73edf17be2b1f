create function ops.purge_attempts(before timestamptz, at_most integer, after text, out gone integer, out reached text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_custom_plan -- so that the walk begins where `after` says
as $$
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.started_at < before as old
      from outbox.attempts t
      where (after is null or t.id > after::bigint)
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from outbox.attempts x
    where x.ctid = any (array(
      select t.ctid
      from outbox.attempts t
      where t.ctid = any (array(select w.place from walk w where w.old))
      for update of t skip locked
    ))
    returning 1
  )
  select (select count(*) from removed), (select w.id from walk w where w.old order by w.id desc limit 1)
  into gone, reached;
end
$$;
comment on function ops.purge_attempts(timestamptz, integer, text) is 'The part of ops.purge for delivery attempts.';
