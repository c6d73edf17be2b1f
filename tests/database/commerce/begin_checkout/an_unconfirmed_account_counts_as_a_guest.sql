begin;
select plan(3);

select tests.a_product('rare', stock => 10);
update commerce.settings set guest_max_quantity = 3 where id;
create function tests.sets_aside(buyer text, quantity integer) returns text language plpgsql as $$
declare
  v_detail text;
begin
  perform commerce.begin_checkout(
    tests.user_id(buyer)::text, buyer || quantity, 'f', buyer,
    jsonb_build_array(jsonb_build_object('sku', 'rare', 'quantity', quantity)), null, tests.user_id(buyer), null
  );
  return 'begun';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail;
end
$$;
select tests.create_user('amina@tests.example'), tests.create_user('ben@tests.example', confirmed => false);
select is(tests.sets_aside('ben@tests.example', 4), 'quantity_invalid', 'whose address is not confirmed');
select is(tests.sets_aside('amina@tests.example', 4), 'begun', 'and not whose is');
select tests.sets_aside('ben@tests.example', 3);
select results_eq(
  $$ select s.email, s.guest from public.checkout_sessions s order by 1 $$,
  $$ values ('amina@tests.example', false), ('ben@tests.example', true) $$, 'the checkout says so'
);

select * from finish();
rollback;
