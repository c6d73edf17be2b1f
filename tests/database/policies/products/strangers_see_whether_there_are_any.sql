begin;
select plan(3);

select tests.a_product('chair', stock => 3);
select tests.a_product('lamp', stock => 0);
select tests.as_anon();
select results_eq($$ select p.sku, p.available from public.products p order by p.sku $$, $$ values ('chair', true),
  ('lamp', false) $$, 'whether there are any');
select throws_ok($$ select p.stock from public.products p $$, '42501', null, 'not how many');
select throws_ok($$ select p.stock_version from public.products p $$, '42501', null, 'nor the versions of the backend');

select * from finish();
rollback;
