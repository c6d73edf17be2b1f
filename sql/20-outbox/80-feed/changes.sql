create function outbox.changes(destination text, after text, at_most integer)
returns table (outcome text, messages text, cursor text, more boolean)
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_reader outbox.readers;
  v_from bigint;
  v_at bigint;
  v_receipts boolean;
  v_messages text[] := '{}';
  v_size bigint := 0;
  v_one record;
begin
  if after is not null and after !~ '^[0-9]{1,18}\.[0-9a-f]{12}$' then
    return query select 'malformed', null::text, null::text, null::boolean;
    return;
  end if;
  select d.receipts into v_receipts from outbox.destinations d where d.name = changes.destination;
  if not found then
    return query select 'unknown', null::text, null::text, null::boolean;
    return;
  end if;
  v_reader := outbox.fill_feed(changes.destination);
  v_from := coalesce(split_part(after, '.', 1)::bigint, v_reader.kept_after);
  v_at := v_from;

  if v_from < v_reader.kept_after or v_from > v_reader.position or (
    after is not null and exists (
      select 1
      from outbox.feed f
      join outbox.deliveries d on d.id = f.delivery_id
      where f.destination = changes.destination and f.position = v_from
        and right(d.message_id::text, 12) <> split_part(after, '.', 2)
    )
  ) then
    return query select 'gone', null::text, outbox.cursor_at(changes.destination, v_reader.position), null::boolean;
    return;
  end if;

  for v_one in
    select f.position, f.delivery_id, m.id, m.type, m.payload, e.provider, e.body
    from outbox.feed f
    join outbox.deliveries d on d.id = f.delivery_id
    join outbox.messages m on m.id = d.message_id
    left join inbox.events e on e.id = m.event_id and m.payload is null
    where f.destination = changes.destination and f.position > v_from
    order by f.position
    limit changes.at_most
  loop
    v_size := v_size + octet_length(coalesce(v_one.payload, v_one.body));
    exit when v_size > 4000000 and v_at > v_from; -- what a function can hold; at least one message is returned
    v_at := v_one.position;
    v_messages := v_messages || case
      when v_one.payload is null then
        json_build_object('id', 'msg_' || v_one.id, 'type', v_one.type, 'provider', v_one.provider, 'body',
          v_one.body)::text
      else
        -- Payloads are objects that we wrote ourselves: a member is added after the first brace, and nothing else
        -- changes.
        format('{"id":"msg_%s",', v_one.id)
          || substr(case when v_receipts then outbox.with_receipt(v_one.payload, v_one.delivery_id)
            else v_one.payload end, 2)
    end;
  end loop;
  return query select
    'ok', '[' || array_to_string(v_messages, ',') || ']', outbox.cursor_at(changes.destination, v_at),
    -- When the feed could not be filled in one call, its end is not the last message: the next call fills on.
    v_at < v_reader.position or exists (
      select 1 from outbox.deliveries d
      where d.destination = changes.destination and d.written_by >= v_reader.seen_until
        and not exists (select 1 from outbox.feed f where f.delivery_id = d.id)
    );
end
$$;
comment on function outbox.changes(text, text, integer) is
  'A destination reads its messages: the next at_most after a cursor (null: from the first that is kept), as JSON '
  'text, and the cursor to continue from. outcome: ok; malformed (not a cursor of ours); gone (messages after it are '
  'not kept any more; cursor: the feed''s end); unknown (no such destination). Changes no delivery.';
