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
  'The token that authenticates an e-mailed reply: an HMAC-SHA256 of the question or ticket and of the recipient of '
  'the e-mail (audience: staff or customer). It is part of the Reply-To address of that e-mail: only its recipient can '
  'send it back.';

select vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'signalbox_replies',
  'Makes the tokens in Reply-To addresses (learning.reply_token). Made by the migration; never needed by hand.');
