create function outbox.secrets_of(destination text) returns setof text
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    select s.decrypted_secret
    from vault.decrypted_secrets s
    where s.name in ('signalbox_' || secrets_of.destination || '_signing',
      'signalbox_' || secrets_of.destination || '_signing_next')
    order by s.name;
end
$$;
comment on function outbox.secrets_of(text) is
  'The signing secrets of a destination, from Vault: its secret and, during a rotation, the next one too. Read by the '
  'courier, unless the function secret <NAME>_SIGNING_SECRET is set, which takes precedence.';
