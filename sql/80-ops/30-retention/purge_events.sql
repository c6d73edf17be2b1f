create function ops.purge_events(before timestamptz, at_most integer, after text, out gone integer, out reached text)
language plpgsql
set search_path = ''
set plan_cache_mode = force_custom_plan -- so that the walk begins where `after` says
as $$
begin
  with walk as materialized (
    select o.place, o.id, bool_and(o.old) over (order by o.id) as old
    from (
      select t.ctid as place, t.id, t.received_at < before as old
      from inbox.events t
      where (after is null or t.id > after::uuid)
      order by t.id
      limit at_most
    ) o
  ), removed as (
    delete from inbox.events x
    where x.ctid = any (array(
      select t.ctid
      from inbox.events t
      where t.ctid = any (array(select w.place from walk w where w.old))
        and t.status in ('applied', 'ignored')
        and (t.trust <> 'unconfirmed' or t.next_attempt_at is null)
        and not exists (select from outbox.messages m where m.event_id = t.id)
      for update of t skip locked
    ))
    returning 1
  )
  select (select count(*) from removed), (select w.id from walk w where w.old order by w.id desc limit 1)
  into gone, reached;
end
$$;
comment on function ops.purge_events(timestamptz, integer, text) is
  'The part of ops.purge for webhooks: settled ones that no message refers to.';
