create function ops.purge_reconciliations(before timestamptz, at_most integer, with_missing boolean) returns integer
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
      from inbox.reconciliations t
      where (t.missed > 0) = purge_reconciliations.with_missing
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from inbox.reconciliations x
    where x.ctid = any (array(
      select t.ctid
      from inbox.reconciliations t
      where t.ctid = any (array(select w.place from walk w where w.old))
      for update of t skip locked
    ))
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_reconciliations(timestamptz, integer, boolean) is
  'The part of ops.purge for runs of the reconciler. with_missing: those that found something missing, or those that '
  'did not.';
