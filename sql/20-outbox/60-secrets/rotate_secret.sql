create function outbox.rotate_secret(destination text, secret text default null) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_name text := 'signalbox_' || rotate_secret.destination || '_signing';
  v_secret text := coalesce(rotate_secret.secret,
    'whsec_' || translate(encode(extensions.gen_random_bytes(32), 'base64'), e'\n', ''));
  v_adapter text;
  v_form text;
begin
  select d.adapter into v_adapter from outbox.destinations d where d.name = rotate_secret.destination for no key update;
  if not found then
    raise exception 'there is no destination %', rotate_secret.destination
      using hint = 'select name from outbox.destinations';
  end if;
  v_form := case v_adapter
    when 'stripe' then '^\S{16,}$' -- its scheme accepts any text
    else '^(whsec_[A-Za-z0-9+/]{32,86}={0,2}|whsk_([A-Za-z0-9+/]{43}=?|[A-Za-z0-9+/]{86}(==)?))$'
  end;
  if v_secret !~ v_form then
    raise exception 'this is not a signing secret'
      using
      hint
        =
        'whsec_ and the base64 of 24 to 64 random bytes, or whsk_ and that of an Ed25519 key; for the adapter stripe '
        '16 characters or more without a blank. Or give none: one is made.';
  end if;
  if exists (select 1 from vault.secrets s where s.name = v_name || '_next') then
    raise exception 'a rotation of % is in progress', rotate_secret.destination
      using hint = format('When the receiver knows the new secret: select outbox.end_rotation(%L). Then rotate again.',
        rotate_secret.destination);
  end if;
  if v_secret in (select outbox.secrets_of(rotate_secret.destination)) then
    raise exception 'this is the secret that % has already', rotate_secret.destination
      using hint = 'Give another, or none: one is made.';
  end if;
  perform vault.create_secret(
    v_secret,
    case when exists (select 1 from vault.secrets s where s.name = v_name) then v_name || '_next' else v_name end,
    format('Signs the messages to %s. outbox.rotate_secret replaces it.', rotate_secret.destination)
  );
  return v_secret;
end
$$;
comment on function outbox.rotate_secret(text, text) is
  'Gives a destination a new signing secret, in Vault, and returns it once: give it to the receiver. If there was one '
  'before, messages carry a signature of each within a minute, until outbox.end_rotation(destination). Let it make the '
  'secret: a given one may show in the server''s logs. A secret in the function secret <NAME>_SIGNING_SECRET takes '
  'precedence and is rotated there instead: set both with a space between, give the new one to the receiver, then '
  'remove the old one.';
