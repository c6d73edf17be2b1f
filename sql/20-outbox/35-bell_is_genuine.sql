create function outbox.bell_is_genuine(bell jsonb) returns boolean
language sql stable
set search_path = ''
begin atomic
  -- Digests of both are compared, so that how long it takes says nothing about how much was right.
  select coalesce(
    (bell ->> 'expires_at')::bigint between date_part('epoch', now()) and date_part('epoch', now()) + 60
    and sha256(convert_to(bell ->> 'signature', 'UTF8'))
      = sha256(convert_to(outbox.doorbell_signature((bell ->> 'expires_at')::bigint, bell ->> 'nonce'), 'UTF8')),
    false
  );
end;
comment on function outbox.bell_is_genuine(jsonb) is 'Whether a call of the courier came from outbox.ring within the last minute.';
