create function learning.reply_token(audience text, about uuid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select left(encode(extensions.hmac('reply.' || reply_token.audience || '.' || reply_token.about, s.decrypted_secret,
      'sha256'), 'hex'), 40)
    from vault.decrypted_secrets s
    where s.name = 'signalbox_replies'
  );
end
$$;
comment on function learning.reply_token(text, uuid) is
  'What an e-mailed reply must carry to be believed: an HMAC-SHA256 of the question or ticket and of whom the e-mail '
  'was sent to (audience: staff or customer). Goes into the Reply-To address of that e-mail: whoever sends it back '
  'received it.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_replies',
  'Makes the tokens in Reply-To addresses (learning.reply_token). Made by the migration; nobody needs to know it.');
