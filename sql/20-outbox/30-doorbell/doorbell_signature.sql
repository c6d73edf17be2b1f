create function outbox.doorbell_signature(expires_at bigint, nonce text) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select encode(
      extensions.hmac('dispatch.' || doorbell_signature.expires_at || '.' || doorbell_signature.nonce,
        s.decrypted_secret, 'sha256'), 'hex'
    )
    from vault.decrypted_secrets s
    where s.name = 'signalbox_doorbell'
  );
end
$$;
comment on function outbox.doorbell_signature(bigint, text) is
  'The signature of a bell: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. expires_at in '
  'unix seconds.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_doorbell',
  'Signs the calls that wake the courier. Made by the migration; never needed by hand.');
