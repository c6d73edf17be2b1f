create function ops.purge_deliveries(
  before timestamptz, at_most integer, after text, statuses outbox.delivery_status[], out gone integer, out reached text
)
language plpgsql
set search_path = ''
set plan_cache_mode = force_custom_plan -- so that the walk begins where `after` says
as $$
declare
  -- A row made before this was settled before `before`, unless an admin brought it back.
  v_made_before timestamptz := before - outbox.retry_span();
  v_messages uuid[];
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.created_at < v_made_before as old
      from outbox.deliveries t
      where (after is null or t.id > after::bigint)
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from outbox.deliveries x
    where x.ctid = any (array(
      select t.ctid
      from outbox.deliveries t
      where t.ctid = any (array(select w.place from walk w where w.old))
        and t.status = any (statuses)
        and t.settled_at < before
        -- Its receiver's work is done, as far as anybody is to hear of it: else a person is.
        and (t.processed_at is not null or (t.receipt_due_at is null and t.processing_error is null))
        and not exists (select from outbox.attempts a where a.delivery_id = t.id)
      for update of t skip locked
    ))
    returning x.message_id
  )
  select (select count(*) from removed), (select array_agg(distinct r.message_id) from removed r),
    (select w.id from walk w where w.old order by w.id desc limit 1)
  into gone, v_messages, reached;
  delete from outbox.messages m
  where m.id = any (v_messages) and not exists (select from outbox.deliveries d where d.message_id = m.id);
end
$$;
comment on function ops.purge_deliveries(timestamptz, integer, text, outbox.delivery_status[]) is
  'The part of ops.purge for deliveries of these statuses without any attempt left, whose work is not known to be '
  'undone, and for each message without any delivery left.';
