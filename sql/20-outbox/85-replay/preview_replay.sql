create function outbox.preview_replay(destination text, filter jsonb)
returns table (count bigint, oldest timestamptz, newest timestamptz, sample jsonb)
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform outbox.check_replay(destination, filter);
  return query
    with chosen as materialized (
      select r.message_id, r.type, r.record_key, r.created_at, r.sequence
      from outbox.to_replay(preview_replay.destination, preview_replay.filter) r
    )
    select pg_catalog.count(*), min(c.created_at), max(c.created_at), (
      select jsonb_agg(to_jsonb(s) - 'sequence' order by s.sequence)
      from (select x.* from chosen x order by x.sequence limit 5) s
    )
    from chosen c;
end
$$;
comment on function outbox.preview_replay(text, jsonb) is
  'What outbox.replay would send: how many messages, from when to when, and the first five. Changes nothing: select * '
  'from outbox.preview_replay(''railway'', ''{"since": "2026-07-01", "types": ["order.created"]}'').';
