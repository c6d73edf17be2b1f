create function ops.purge_audits(before timestamptz, at_most integer, findings boolean) returns integer
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
      from ops.audits t
      where (t.found > 0) = purge_audits.findings
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from ops.audits x
    where x.ctid = any (array(
      select t.ctid
      from ops.audits t
      where t.ctid = any (array(select w.place from walk w where w.old))
      for update of t skip locked
    ))
    returning 1
  )
  select count(*) into v_gone from removed;
  return v_gone;
end
$$;
comment on function ops.purge_audits(timestamptz, integer, boolean) is
  'The part of ops.purge for runs of the audit. findings: those that found something, or those that did not.';
