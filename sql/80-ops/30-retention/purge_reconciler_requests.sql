create function ops.purge_reconciler_requests(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from outbox.messages x
  where x.ctid = any (array(
    select t.ctid
    from outbox.messages t
    where t.ctid = any (array(
        select o.ctid
        from outbox.messages o
        where o.type = 'reconciliation.requested' and o.created_at < before
        order by o.created_at
        limit at_most
      ))
      and not exists (
        select from outbox.deliveries d where d.message_id = t.id and d.status in ('pending', 'sending')
      )
    for update of t skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_reconciler_requests(timestamptz, integer) is
  'The part of ops.purge for messages to the reconciler, with their deliveries, unless they wait or are in progress.';
