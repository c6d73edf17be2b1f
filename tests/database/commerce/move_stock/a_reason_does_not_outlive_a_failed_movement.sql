begin;
select plan(2);

select tests.a_product('chair', 1000, 10);

select is(tests.refusal($$ select commerce.move_stock((tests.the_product('chair')).id, 2147483647, 'restocked',
  note => 'x') $$), '22003', 'more than an integer holds');
select commerce.move_stock(gen_random_uuid(), 1, 'moved', note => 'nothing');
update public.products set stock = 9 where sku = 'chair';

select is(tests.the_ledger('chair'), '10 opened, -1 corrected', 'the next change by hand has the reason corrected');

select * from finish();
rollback;
