create function outbox.replay(destination text, filter jsonb, reason text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_most constant integer := 10000;
  v_messages uuid[];
  v_count integer;
  v_pace numeric;
  v_replay bigint;
begin
  perform outbox.check_replay(destination, filter);
  if coalesce(btrim(reason), '') = '' then
    raise exception 'a replay needs a reason' using errcode = '22023',
      hint = 'Say for whom, and why: the reason is stored in outbox.replays.';
  end if;
  perform ops.check_reason('outbox.replay', replay.reason);
  select array_agg(r.message_id order by r.sequence, r.message_id), count(*) into v_messages, v_count
  from outbox.to_replay(replay.destination, replay.filter) r;
  if v_count = 0 then
    raise exception 'no message to % fits this filter', replay.destination
      using
      hint
        =
        'outbox.preview_replay takes the same filter. What still waits there is not replayed; outbox.resume and '
        'outbox.retry help with that.';
  elsif v_count > v_most then
    raise exception '% messages fit this filter; at most % are replayed at once', v_count, v_most
      using hint = 'Narrow it with since and until, and replay one part after the other, oldest first.';
  end if;

  insert into outbox.replays (destination, filter, reason, message_count)
  values (replay.destination, replay.filter, replay.reason, v_count)
  returning id into v_replay;

  -- Half of the destination's rate is left for new messages.
  select greatest(d.max_per_second / 2, 0.5) into v_pace from outbox.destinations d where d.name = replay.destination;

  with originals as materialized (
    select ops.uuid7() as copy_id, m.sequence, m.type, m.record_key, m.event_id, m.payload, o.position
    from unnest(v_messages) with ordinality as o (id, position)
    join outbox.messages m on m.id = o.id
  ), copies as (
    -- The original's sequence too: of two messages about one record, the higher is still the newer.
    insert into outbox.messages (id, sequence, type, record_key, event_id, payload, replay_id)
    select o.copy_id, o.sequence, o.type, o.record_key, o.event_id, o.payload, v_replay from originals o
  )
  insert into outbox.deliveries (message_id, destination, record_key, next_attempt_at)
  select o.copy_id, replay.destination, o.record_key,
    now() + make_interval(secs => floor((o.position - 1) / v_pace)::double precision)
  from originals o
  order by o.position;
  return v_replay;
end
$$;
comment on function outbox.replay(text, jsonb, text) is
  'Sends messages to a destination again, as copies with ids of their own, in the order of the originals, at half its '
  'rate. Returns the id of its row in outbox.replays. Filter: {"everything": true}, or any of types, since, until, '
  'record_key, message_ids, status, from_destination, all of which must fit; see docs/admin.md. Try '
  'outbox.preview_replay first: select outbox.replay(''railway'', ''{"since": "2026-07-01"}'', ''stock was restored '
  'from a backup'').';
