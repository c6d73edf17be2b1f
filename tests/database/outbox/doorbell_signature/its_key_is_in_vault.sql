begin;
select plan(3);

select is((select count(*)::integer from vault.secrets s where s.name = 'signalbox_doorbell'), 1,
  'one key, made by the migration');
select ok((select length(s.decrypted_secret) >= 64 from vault.decrypted_secrets s where s.name = 'signalbox_doorbell'),
  'of 32 random bytes');
select ok((select s.secret not like '%' || d.decrypted_secret || '%' from vault.secrets s join vault.decrypted_secrets d
  using (id) where s.name = 'signalbox_doorbell'), 'encrypted');

select * from finish();
rollback;
