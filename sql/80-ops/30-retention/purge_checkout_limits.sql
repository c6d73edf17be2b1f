create function ops.purge_checkout_limits(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from commerce.checkout_limits x
  where x.ctid = any (array(
    select t.ctid
    from commerce.checkout_limits t
    where t.refilled_at < before
    order by t.refilled_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_checkout_limits(timestamptz, integer) is
  'The part of ops.purge for counters of commerce.checkout_limits.';
