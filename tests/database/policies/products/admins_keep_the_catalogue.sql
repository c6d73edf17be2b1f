begin;
select plan(6);

select tests.an_admin('admin@tests.example');
select tests.a_product('chair', active => false);
select is(tests.by('admin@tests.example', 'select from public.products p where p.sku = ''chair'''), '1',
  'they see products that are not on sale');
select is(tests.by('admin@tests.example', 'update public.products set active = true, stock = 12 where sku = ''chair'''),
  '1', 'and change it');
select is(tests.the_stock('chair'), 12, 'its stock too');
select tests.create_user('student@tests.example');
select is(tests.by('student@tests.example', 'update public.products set stock = 1 where sku = ''chair'''), '0',
  'nobody else does');
select is(
  tests.by('student@tests.example', 'insert into public.products (sku, name, price_minor, currency) '
    'values (''new'', ''x'', 1, ''EUR'')'),
  '42501', 'nor adds a product'
);
select is(tests.by('admin@tests.example', 'delete from public.products where sku = ''chair'''), '42501',
  'a product that was ever sold stays');

select * from finish();
rollback;
