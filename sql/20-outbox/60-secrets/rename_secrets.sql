create function outbox.rename_secrets() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform vault.update_secret(s.id, new_name => replace(s.name, 'signalbox_' || old.name || '_',
    'signalbox_' || new.name || '_'))
  from vault.secrets s
  where s.name in ('signalbox_' || old.name || '_signing', 'signalbox_' || old.name || '_signing_next');
  return null;
end
$$;
comment on function outbox.rename_secrets() is
  'Trigger: renames the secrets in Vault of a renamed destination. Function secrets (<NAME>_WEBHOOK_URL, '
  '<NAME>_SIGNING_SECRET) are not renamed: set them under the new name.';

create trigger rename_secrets
after update of name on outbox.destinations
for each row when (old.name is distinct from new.name) execute function outbox.rename_secrets();
