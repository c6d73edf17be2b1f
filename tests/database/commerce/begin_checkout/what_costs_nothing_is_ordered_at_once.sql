begin;
select plan(6);

select tests.a_product('chair', 0);
select tests.a_product('lamp', 500);
create function pg_temp.begins(key text, sku text, options jsonb default '{"provider": null}') returns jsonb
language sql as $$
  select to_jsonb(b) from commerce.begin_checkout('guest', key, 'f1', 'buyer@tests.example',
    jsonb_build_array(jsonb_build_object('sku', sku, 'quantity', 1)), null, null, null, options) b
$$;
create temporary table first as select pg_temp.begins('key-of-one-purchase', 'chair') as b;
select is((select b ->> 'outcome' from first), 'free', 'the first call makes the order');
select is((select b -> 'answer' ->> 'state' from first), 'paid', 'and is answered that it is paid');
select is(pg_temp.begins('key-of-one-purchase', 'chair') -> 'answer', (select b -> 'answer' from first),
  'the second gets the same answer');
select is((select count(*)::integer from public.orders), 1, 'and there is one order');
select is((select b -> 'answer' ? 'email' from first), false, 'which repeats no address');
select throws_ok($$ select pg_temp.begins('key-of-another-one', 'lamp') $$, '22023',
  'there are 5.00 EUR to pay, and no provider is named to pay at', 'what costs something needs a provider');

select * from finish();
rollback;
