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
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1', '{"redirect_url": "https://provider.example/1"}');
select results_eq(
  $$ select s.provider, s.kind, s.provider_ref from public.started_payments s where s.checkout_session_id = tests.id('cart') $$,
  $$ values ('tests', 'order', 'order_1') $$,
  'what was made at the provider is known, once'
);
select is(
  (select r.answer from public.checkout_requests r where r.checkout_session_id = tests.id('cart')),
  '{"redirect_url": "https://provider.example/1"}',
  'so is what the buyer was told'
);

select * from finish();
rollback;
