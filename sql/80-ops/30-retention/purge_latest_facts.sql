create function ops.purge_latest_facts(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from inbox.latest_facts x
  where x.ctid = any (array(
    select t.ctid
    from inbox.latest_facts t
    where t.updated_at < before and not t.undecided
    order by t.updated_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_latest_facts(timestamptz, integer) is
  'The part of ops.purge for the latest facts of customers, memberships, products and disputes.';
