begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
alter table public.products disable trigger write_movement;
update public.products set stock = 9 where sku = 'chair';

select is(tests.inconsistencies(), 'stock and its ledger differ', 'one is missing');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
