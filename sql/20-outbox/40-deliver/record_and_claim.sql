create function outbox.record_and_claim(courier uuid, results jsonb, at_most integer, max_bytes bigint default null)
returns table (
  delivery_id bigint, attempt integer, message_id uuid, type text, destination text, adapter text, url text,
  timeout_ms integer,
  provider text, body text, replay_id bigint
)
language plpgsql
set search_path = ''
as $$
begin
  if jsonb_array_length(results) > 0 then
    perform outbox.record(record_and_claim.courier, record_and_claim.results);
  end if;
  if at_most > 0 then
    return query select * from outbox.claim(record_and_claim.courier, record_and_claim.at_most,
      record_and_claim.max_bytes);
  end if;
end
$$;
comment on function outbox.record_and_claim(uuid, jsonb, integer, bigint) is
  'outbox.record, then outbox.claim, in one round trip.';
