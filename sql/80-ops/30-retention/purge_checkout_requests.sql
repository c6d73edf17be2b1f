create function ops.purge_checkout_requests(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from public.checkout_requests x
  where x.ctid = any (array(
    select t.ctid
    from public.checkout_requests t
    where t.created_at < before
    order by t.created_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_checkout_requests(timestamptz, integer) is
  'The part of ops.purge for calls of functions/checkout.';
