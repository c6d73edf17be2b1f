create function outbox.bell_is_genuine(bell jsonb) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_now double precision := date_part('epoch', now());
  v_expires_at bigint;
begin
  if jsonb_typeof(bell -> 'nonce') is distinct from 'string'
    or jsonb_typeof(bell -> 'signature') is distinct from 'string'
    or (bell ->> 'expires_at') is null
    or (bell ->> 'expires_at') !~ '^[0-9]{1,12}$' then
    return false;
  end if;
  v_expires_at := bell ->> 'expires_at';
  -- Digests of both are compared, so that the time it takes does not show how many bytes are right.
  return coalesce(
    v_expires_at between v_now and v_now + 60
    and sha256(convert_to(bell ->> 'signature', 'UTF8'))
      = sha256(convert_to(outbox.doorbell_signature(v_expires_at, bell ->> 'nonce'), 'UTF8')),
    false
  );
end
$$;
comment on function outbox.bell_is_genuine(jsonb) is
  'Whether a call of the courier came from outbox.ring within the last minute. A malformed call returns false and '
  'raises no error.';
