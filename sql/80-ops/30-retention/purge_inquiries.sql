create function ops.purge_inquiries(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from inbox.inquiries x
  where x.ctid = any (array(
    select t.ctid
    from inbox.inquiries t
    where t.next_at < before
    order by t.next_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_inquiries(timestamptz, integer) is
  'The part of ops.purge for payments that a provider was asked about.';
