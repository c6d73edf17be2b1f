-- While many events are applied together, a row's message finds its event by the row's id, or by that of its order,
-- payment or checkout. Read by outbox.capture_change.
create function inbox.set_causes(events uuid[], things uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  if events is not null then
    perform set_config('signalbox.event_ids', coalesce((
      select jsonb_object_agg(c.thing, c.event) from unnest(events, things) as c (event, thing)
      where c.thing is not null
    )::text, ''), true);
  end if;
end
$$;
comment on function inbox.set_causes(uuid[], uuid[]) is
  'Says which event each of these rows is changed by, until it is called again: the messages of their changes name it. '
  'Both lists are of one length. Null as events: nothing changes.';
