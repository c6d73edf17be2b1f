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
select commerce.start_payment(tests.id('cart'), 'tests', 'order', 'order_1', '{}');
select commerce.undo_checkout(tests.id('cart'));
select is(tests.the_stock('chair'), 3, 'what the buyer may be paying for stays reserved');
select is((tests.the_checkout('cart')).status, 'open', 'and may be paid');
select is(pg_temp.begin_it('key-of-one-purchase'), 'answered', 'the answer is kept');

select * from finish();
rollback;
