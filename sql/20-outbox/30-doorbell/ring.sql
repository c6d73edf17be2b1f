create function outbox.ring() returns bigint
language plpgsql
security definer -- reads the doorbell's key in Vault for any writer of a row
set search_path = ''
as $$
declare
  v_url text := (select s.functions_url from outbox.settings s);
  v_expires_at bigint := floor(date_part('epoch', clock_timestamp()))::bigint + 60;
  v_nonce text := gen_random_uuid()::text;
begin
  if v_url is null then
    return null;
  end if;
  return net.http_post(
    url => v_url || '/dispatch',
    body => jsonb_build_object(
      'expires_at', v_expires_at, 'nonce', v_nonce, 'signature', outbox.doorbell_signature(v_expires_at, v_nonce)
    ),
    timeout_milliseconds => 5000
  );
end
$$;
comment on function outbox.ring() is
  'Rings the doorbell: pg_net calls the courier when this transaction commits. The body is signed for one minute and '
  'holds no secret. Returns pg_net''s request id; null when no functions_url is set.';
