begin;
select plan(3);

select is((select count(*)::integer from vault.secrets s where s.name = 'signalbox_receipts'), 1,
  'one key, made by the migration');
select ok((select length(s.decrypted_secret) >= 64 from vault.decrypted_secrets s where s.name = 'signalbox_receipts'),
  'of 32 random bytes');
select isnt(
  (select s.decrypted_secret from vault.decrypted_secrets s where s.name = 'signalbox_receipts'),
  (select s.decrypted_secret from vault.decrypted_secrets s where s.name = 'signalbox_doorbell'),
  'its own'
);

select * from finish();
rollback;
