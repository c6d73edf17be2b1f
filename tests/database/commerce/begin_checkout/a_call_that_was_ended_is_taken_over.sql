begin;
select plan(4);

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
select tests.remember('first', current_setting('tests.cart'));
update public.checkout_requests set claimed_until = now() - interval '1 second' where key = 'key-of-one-purchase';
select is(pg_temp.begin_it('key-of-one-purchase'), 'begun', 'after half a minute the next call starts the payment');
select is(tests.id('cart'), tests.id('first'), 'of the same checkout');
select is(tests.the_stock('chair'), 3, 'nothing is reserved twice');
select is(pg_temp.begin_it('key-of-one-purchase'), 'busy', 'and has half a minute to itself');

select * from finish();
rollback;
