begin;
select plan(1);

select tests.a_product('chair');
select tests.a_checkout('cart');
select vault.update_secret(s.id, new_name => 'signalbox_checkouts_before') from vault.decrypted_secrets s
  where s.name = 'signalbox_checkouts';
select ok(not commerce.owns_checkout(tests.id('cart'), null, null), 'a missing token never equals a missing signature');

select * from finish();
rollback;
