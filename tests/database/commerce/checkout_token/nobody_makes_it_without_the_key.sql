begin;
select plan(2);

select isnt(
  commerce.checkout_token('00000000-0000-4000-8000-000000000001'),
  encode(extensions.hmac('checkout.00000000-0000-4000-8000-000000000001', '', 'sha256'), 'hex'),
  'the key is not empty'
);
select vault.update_secret(s.id, new_name => 'signalbox_checkouts_before') from vault.decrypted_secrets s
  where s.name = 'signalbox_checkouts';
select is(commerce.checkout_token('00000000-0000-4000-8000-000000000001'), null, 'without the key there is no token');

select * from finish();
rollback;
