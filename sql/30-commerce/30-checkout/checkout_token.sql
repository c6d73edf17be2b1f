create function commerce.checkout_token(checkout_session_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select encode(extensions.hmac('checkout.' || checkout_token.checkout_session_id, s.decrypted_secret, 'sha256'),
      'hex')
    from vault.decrypted_secrets s
    where s.name = 'signalbox_checkouts'
  );
end
$$;
comment on function commerce.checkout_token(uuid) is
  'A guest''s key to a checkout: an HMAC-SHA256 with a key that lives in Vault and never leaves the database. Unlike '
  'the checkout''s id it is given only to the buyer.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_checkouts',
  'Makes the tokens that guests use to ask about their checkouts. Made by the migration; never needed by hand.');
