-- A stand-in for the supabase_vault extension: the same functions, table and view, with pgcrypto in the place of
-- libsodium.
-- Contract: tests/fixtures/contract/statements.json. Run by supabase_admin.

create schema vault;

-- The original keeps its key outside the database. Here it is in a table that only the superuser can read.
create table vault._root_key (key bytea not null);
insert into vault._root_key values (extensions.gen_random_bytes(32));

create function vault._crypto_aead_det_noncegen() returns bytea
language sql volatile set search_path = ''
as $$
  select extensions.gen_random_bytes(16)
$$;

-- The seal ties the ciphertext to the row it belongs to, so that one secret cannot be put in the place of another.
create function vault._seal(ciphertext bytea, additional bytea, key_id bigint, context bytea, nonce bytea) returns bytea
language sql stable set search_path = ''
as $$
  select extensions.hmac(
    pg_catalog.convert_to(
      pg_catalog.jsonb_build_array(ciphertext::text, additional::text, key_id, context::text, nonce::text)::text,
      'UTF8'),
    key, 'sha256')
  from vault._root_key
$$;

create function vault._crypto_aead_det_encrypt(
  message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null
) returns bytea
language plpgsql stable security definer set search_path = ''
as $$
declare
  ciphertext bytea := (select extensions.encrypt_iv(message, key, coalesce(nonce, ''), 'aes-cbc/pad:pkcs')
    from vault._root_key);
begin
  return vault._seal(ciphertext, additional, key_id, context, nonce) || ciphertext;
end
$$;

create function vault._crypto_aead_det_decrypt(
  message bytea, additional bytea, key_id bigint, context bytea default 'pgsodium', nonce bytea default null
) returns bytea
language plpgsql stable security definer set search_path = ''
as $$
declare
  ciphertext bytea := pg_catalog.substr(message, 33);
begin
  if pg_catalog.substr(message, 1, 32) is distinct from vault._seal(ciphertext, additional, key_id, context, nonce) then
    raise exception 'pgsodium_crypto_aead_det_decrypt_by_id: invalid ciphertext' using errcode = 'data_exception';
  end if;
  return (select extensions.decrypt_iv(ciphertext, key, coalesce(nonce, ''), 'aes-cbc/pad:pkcs') from vault._root_key);
end
$$;

create table vault.secrets (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea default vault._crypto_aead_det_noncegen(),
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
comment on table vault.secrets is 'Table with encrypted `secret` column for storing sensitive information on disk.';
create unique index on vault.secrets (name) where name is not null;

create view vault.decrypted_secrets as
select
  s.id,
  s.name,
  s.description,
  s.secret,
  pg_catalog.convert_from(
    vault._crypto_aead_det_decrypt(
      message => pg_catalog.decode(s.secret, 'base64'),
      additional => pg_catalog.convert_to(s.id::text, 'utf8'),
      key_id => 0,
      nonce => s.nonce
    ), 'utf8') as decrypted_secret,
  s.key_id,
  s.nonce,
  s.created_at,
  s.updated_at
from vault.secrets s;

create function vault._encrypt(secret text, id uuid, nonce bytea) returns text
language sql stable set search_path = ''
as $$
  select pg_catalog.encode(
    vault._crypto_aead_det_encrypt(
      message => pg_catalog.convert_to(secret, 'utf8'),
      additional => pg_catalog.convert_to(id::text, 'utf8'),
      key_id => 0,
      nonce => nonce
    ), 'base64')
$$;

-- new_key_id is there for old callers; it does nothing.
create function vault.create_secret(new_secret text, new_name text default null, new_description text default '',
  new_key_id uuid default null)
returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  id uuid := pg_catalog.gen_random_uuid();
  nonce bytea := vault._crypto_aead_det_noncegen();
begin
  insert into vault.secrets (id, name, description, secret, nonce)
  values (id, new_name, new_description, vault._encrypt(new_secret, id, nonce), nonce);
  return id;
end
$$;

create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null, new_description text default null,
  new_key_id uuid default null
) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  update vault.secrets s
  set secret = coalesce(vault._encrypt(new_secret, s.id, s.nonce), s.secret),
    name = coalesce(new_name, s.name),
    description = coalesce(new_description, s.description),
    updated_at = pg_catalog.now()
  where s.id = secret_id;
end
$$;

revoke all on all functions in schema vault from public;

-- As on hosted Supabase: nobody may insert or update, save through the functions.
grant usage on schema vault to postgres with grant option;
grant select, delete, truncate, references on vault.secrets, vault.decrypted_secrets to postgres with grant option;
grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt to postgres
  with grant option;
grant usage on schema vault to service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function vault.create_secret, vault.update_secret, vault._crypto_aead_det_decrypt to service_role;
