create function outbox.call_off(type text, record_key text, destinations text[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_called_off bigint[];
begin
  with called_off as (
    update outbox.deliveries d
    set status = 'cancelled', settled_at = now(), last_error = 'Replaced by a newer state of the same record.'
    from outbox.messages m
    where m.id = d.message_id
      and m.type = call_off.type
      and d.destination = any (call_off.destinations)
      and d.record_key = call_off.record_key
      and d.status = 'pending'
    returning d.id
  )
  select array_agg(c.id) into v_called_off from called_off c;
  if v_called_off is not null then
    -- Deliveries that waited behind the cancelled ones are released.
    perform outbox.release_next(call_off.destinations, v_called_off);
  end if;
end
$$;
comment on function outbox.call_off(text, text, text[]) is
  'Cancels the waiting messages of a type about a record, because a newer one takes their place.';
