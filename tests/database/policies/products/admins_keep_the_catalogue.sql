begin;
select plan(4);

select tests.an_admin('admin@tests.example');
select tests.a_product('chair', active => false);
select is(tests.by('admin@tests.example', 'select from public.products p where p.sku = ''chair'''), '1',
  'they see products that are not on sale');
select is(tests.by('admin@tests.example', 'update public.products set active = true, stock = 12 where sku = ''chair'''),
  '1', 'and change them');
select is(tests.the_stock('chair'), 12, 'and their stock');
select is(tests.by('admin@tests.example', 'delete from public.products where sku = ''chair'''), '42501',
  'a product that was ever sold stays');

select * from finish();
rollback;
