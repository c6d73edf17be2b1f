create function ops.purge_couriers(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.started_at < before as old
      from outbox.couriers t
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from outbox.couriers x
    where x.ctid = any (array(
      select t.ctid
      from outbox.couriers t
      where t.ctid = any (array(select w.place from walk w where w.old))
        and (t.awake_until is null or t.awake_until < before)
      for update of t skip locked
    ))
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_couriers(timestamptz, integer) is
  'The part of ops.purge for runs of the courier that have ended.';
