create function inbox.set_cause(thing uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  if current_setting('signalbox.event_ids', true) <> '' then
    perform set_config(
      'signalbox.event_id', coalesce(current_setting('signalbox.event_ids')::jsonb ->> thing::text, ''), true
    );
  end if;
end
$$;
comment on function inbox.set_cause(uuid) is
  'From here on, rows that inbox.set_causes does not name are changed by the event of this one.';
