create function outbox.receipt_signature(delivery_id bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select encode(extensions.hmac('receipt.' || receipt_signature.delivery_id, s.decrypted_secret, 'sha256'), 'hex')
    from vault.decrypted_secrets s
    where s.name = 'signalbox_receipts'
  );
end
$$;
comment on function outbox.receipt_signature(bigint) is
  'The signature of a receipt: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. It does '
  'not expire: work may take long.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_receipts',
  'Signs the URLs at which receivers report that their work is done. Made by the migration; never needed by hand.');
