begin;
select plan(8);

select tests.a_product('rare', stock => 10);
create function tests.begins(key text, quantity integer, user_id uuid default null) returns text language plpgsql as $$
declare
  v_detail text;
begin
  perform commerce.begin_checkout(
    coalesce(user_id::text, 'guest'), key, key, key || '@tests.example',
    jsonb_build_array(jsonb_build_object('sku', 'rare', 'quantity', quantity)),
    null, user_id, null
  );
  return 'begun';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail;
end
$$;

update commerce.settings set guest_share = 0.5 where id;
select is(tests.begins('greedy', 6), 'held_by_others', 'one guest may not hold more than that share');
select is(tests.begins('first', 5), 'begun', 'half of the stock may be held by guests');
select is(tests.begins('second', 1), 'held_by_others', 'no more, while they are unpaid');
select is(tests.begins('third', 5, tests.create_user('amina@tests.example')), 'begun', 'a signed-in account may');
select is((select p.stock from public.products p where p.sku = 'rare'), 0, 'the stock shows what is held');
select is(
  (select max(s.expires_at - s.created_at) from public.checkout_sessions s where s.guest), interval '30 minutes',
  'a guest''s hold lasts half an hour'
);
select is(
  (select max(s.expires_at - s.created_at) from public.checkout_sessions s where not s.guest), interval '1 hour',
  'an account''s hold lasts an hour'
);

select tests.a_product('last two', stock => 2);
select is(
  (select b.outcome from commerce.begin_checkout('guest', 'the-last-two', 'f', 'x@tests.example',
    '[{"sku": "last two", "quantity": 2}]', null, null) b),
  'begun', 'a single guest may take the last few'
);

select * from finish();
rollback;
