create function outbox.write_messages(drafts outbox.draft[]) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_draft outbox.draft;
begin
  foreach v_draft in array drafts loop
    if cardinality(v_draft.latest_only) > 0 then
      perform outbox.call_off(v_draft.type, v_draft.record_key, v_draft.latest_only);
    end if;
  end loop;
  with written as (
    insert into outbox.messages (id, sequence, type, record_key, payload, event_id)
    select d.id, d.sequence, d.type, d.record_key, d.payload, d.event_id from unnest(drafts) as d
  )
  insert into outbox.deliveries (message_id, destination, record_key, priority)
  select d.id, t.name, d.record_key, d.priority
  from unnest(drafts) as d, unnest(d.destinations) as t (name)
  order by d.sequence, t.name;
end
$$;
comment on function outbox.write_messages(outbox.draft[]) is
  'Writes messages to the outbox, in this order, each with a delivery to each of its destinations. For those in '
  'latest_only it replaces waiting messages of its type about the same record; no two of the drafts may be of one type '
  'and record then.';
