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
  'What signs the messages to a destination, out of Vault: its secret and, while a rotation is under way, the next one '
  'too. Read by the courier, unless the function secret <NAME>_SIGNING_SECRET is set, which comes first.';
