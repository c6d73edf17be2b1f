begin;
select plan(3);

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
select is(pg_temp.begin_it('key-of-one-purchase', 'f2'), 'other_request', 'the same key with another request is told so');
select is(tests.the_stock('chair'), 3, 'and reserves nothing');
select is(pg_temp.begin_it('key-of-one-purchase', 'f2', 'somebody'), 'begun', 'somebody else''s key of the same name is another key');

select * from finish();
rollback;
