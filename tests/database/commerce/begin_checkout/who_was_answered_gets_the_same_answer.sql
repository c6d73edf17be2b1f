begin;
select plan(2);

select tests.a_product('chair', stock => 5);
create function pg_temp.begin_it(key text, fingerprint text default 'f1', caller text default 'guest') returns text
language plpgsql as $$
declare
  v record;
begin
  v := commerce.begin_checkout(caller, key, fingerprint, 'buyer@tests.example', '[{"sku": "chair", "quantity": 2}]', null, null);
  perform tests.remember('cart', v.checkout_session_id::text);
  return v.outcome;
end
$$;

select pg_temp.begin_it('key-of-one-purchase');
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1', '{"redirect_url": "https://provider.example/1"}');
select is(pg_temp.begin_it('key-of-one-purchase'), 'answered', 'a later call starts no payment');
select is(
  (select b.answer from commerce.begin_checkout('guest', 'key-of-one-purchase', 'f1', 'buyer@tests.example', '[]', null, null) b),
  '{"redirect_url": "https://provider.example/1"}',
  'it is told what the first was told'
);

select * from finish();
rollback;
