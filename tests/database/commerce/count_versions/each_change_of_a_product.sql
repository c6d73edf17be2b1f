begin;
select plan(6);

select tests.a_product('chair', 1000, 10);

create function tests.versions() returns text language sql as $$ select (tests.the_product('chair')).version || ' '
  || (tests.the_product('chair')).stock_version $$;
select is(tests.versions(), '1 1', 'a new one has version 1');
update public.products set price_minor = 2000, name = 'Throne' where sku = 'chair';
select is(tests.versions(), '2 1', 'a change of its columns, however many');
update public.products set stock = 9 where sku = 'chair';
select is(tests.versions(), '2 2', 'a change of its stock');
update public.products set stock = null, active = false where sku = 'chair';
select is(tests.versions(), '3 3', 'both');
update public.products set name = 'Throne', stock = null where sku = 'chair';
select is(tests.versions(), '3 3', 'nothing changed');
update public.products set name = 'Stool', version = 40, stock = 1, stock_version = 50 where sku = 'chair';
select is(tests.versions(), '40 50', 'a version set by the writer is kept');

select * from finish();
rollback;
