begin;
select plan(3);

select tests.a_product('chair', stock => 1);
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

select throws_ok($$ select pg_temp.begin_it('key-of-one-purchase') $$, 'P0001', 'chair is sold out: 2 asked for, 1 left', 'what cannot be had is refused');
select is_empty($$ select 1 from public.checkout_requests r where r.key = 'key-of-one-purchase' $$, 'the key is not used up');
select tests.a_product('chair', stock => 2);
select is(pg_temp.begin_it('key-of-one-purchase'), 'begun', 'and works once there is enough');

select * from finish();
rollback;
