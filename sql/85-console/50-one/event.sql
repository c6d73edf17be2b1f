create function console.event(id uuid) returns jsonb
language plpgsql stable
security definer -- the schema inbox stays closed to the Data API
set search_path = ''
as $$
declare
  v_event inbox.events;
begin
  perform console.require_admin();
  select e.* into v_event from inbox.events e where e.id = event.id;
  if not found then
    raise exception 'there is no event %', event.id
      using errcode = 'PT404', hint = 'It was removed (retention()), or never received: see the list events.';
  end if;
  return console.exact(to_jsonb(v_event) - '{body,confirmation}'::text[]) || jsonb_build_object(
    'body_text', v_event.body,
    'confirmation_text', v_event.confirmation,
    'bytes', octet_length(v_event.body),
    'messages', (
      select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'type', m.type, 'record_key', m.record_key,
        'created_at', m.created_at) order by m.id), '[]')
      from (select x.* from outbox.messages x where x.event_id = event.id order by x.id limit 500) m
    ),
    'actions', case
      when v_event.status in ('failed', 'dead', 'parked')
        or (v_event.trust = 'unconfirmed' and coalesce(v_event.error, '') not like 'Closed%') then jsonb_build_array(
        console.action('inbox.retry', jsonb_build_object('event_id', v_event.id)),
        console.action('inbox.ignore', jsonb_build_object('event_id', v_event.id)))
      when v_event.not_ours is not null or v_event.trust = 'unconfirmed' then jsonb_build_array(
        console.action('inbox.retry', jsonb_build_object('event_id', v_event.id)))
      else '[]'
    end || case
      when v_event.not_ours is not null or v_event.trust = 'unconfirmed' then '[]'
      else jsonb_build_array(console.action('inbox.read_again', jsonb_build_object('event_id', v_event.id)))
    end
  );
end
$$;
comment on function console.event(uuid) is
  'A webhook with all of its columns; body_text: the exact bytes as received; confirmation_text: what the provider''s '
  'API answered; messages: what it caused; actions: what may be done. Raises PT404 for an unknown id.';
