begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.a_product('chair');
select tests.a_product('secret', active => false);
select tests.as_anon();
select results_eq($$ select p.sku from public.products p where p.sku in ('chair', 'secret') $$, $$ values ('chair') $$,
  'without an account: active ones');
select throws_ok($$ update public.products set price_minor = 1 $$, '42501', null, 'nobody changes a price');
select tests.as_owner();
select tests.authenticate_as('amina@tests.example');
select results_eq($$ select p.sku from public.products p where p.sku in ('chair', 'secret') $$, $$ values ('chair') $$,
  'with an account: the same');
select is_empty($$ update public.products set price_minor = 1 returning 1 $$, 'nor then');
select throws_ok($$ delete from public.products $$, '42501', null, 'nor takes it off sale');
select throws_ok($$ insert into public.products (sku, name, price_minor, currency) values ('x', 'X', 1, 'EUR') $$,
  '42501', null, 'nor adds to it');

select * from finish();
rollback;
