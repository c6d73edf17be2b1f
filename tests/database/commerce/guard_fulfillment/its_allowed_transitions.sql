begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart');
alter table public.fulfillments disable trigger capture_change;
create function tests.goes(one text, other text) returns text language plpgsql as $$
begin
  alter table public.fulfillments disable trigger guard;
  update public.fulfillments set status = one::public.fulfillment_status,
    shipped_at = case when one in ('shipped', 'delivered', 'returned') then now() end;
  alter table public.fulfillments enable trigger guard;
  return tests.refusal(format('update public.fulfillments set status = %L', other));
end
$$;

select results_eq(
  $$ select a.status || ' ' || b.status from unnest(enum_range(null::public.fulfillment_status)) a (status),
  unnest(enum_range(null::public.fulfillment_status)) b (status)
     where a.status <> b.status and tests.goes(a.status::text, b.status::text) = 'taken' order by a.status, b.status $$,
  $$ values ('pending packed'), ('pending shipped'), ('pending cancelled'), ('packed pending'), ('packed shipped'),
  ('packed cancelled'), ('shipped delivered'),
    ('shipped returned'), ('delivered returned'), ('cancelled pending') $$,
  'and no other transition'
);
select is(tests.goes('delivered', 'pending'), '23514', 'it is refused as by a constraint');
select is(tests.goes('shipped', 'shipped'), 'taken', 'its own status is allowed');

select * from finish();
rollback;
