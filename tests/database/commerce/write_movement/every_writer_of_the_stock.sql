begin;
select plan(8);

create function tests.is_right(sku text) returns boolean language sql as $$
  select coalesce(sum(m.quantity), 0) = coalesce((tests.the_product(is_right.sku)).stock, 0) from public.stock_movements
    m where m.product_id = (tests.the_product(is_right.sku)).id
$$;
select tests.a_product('chair', stock => 5), tests.a_product('none', stock => 0),
  tests.a_product('e-book', stock => null);
select is(tests.the_ledger('chair'), '5 opened', 'created with 5');
select is(coalesce(tests.the_ledger('none'), '') || coalesce(tests.the_ledger('e-book'), ''), '',
  'zero or uncounted: nothing to write');
update public.products set stock = 7 where sku = 'chair';
select is(tests.the_ledger('chair'), '5 opened, 2 corrected', 'changed by hand in Studio');
update public.products set name = 'Throne', stock = 7 where sku = 'chair';
select is(tests.the_ledger('chair'), '5 opened, 2 corrected', 'the same number is no movement');
update public.products set stock = null where sku = 'chair';
select ok(tests.is_right('chair'), 'no longer counted: the ledger is at 0');
update public.products set stock = 3 where sku = 'chair';
select ok(tests.is_right('chair'), 'counted again: the ledger follows');
update public.products set stock = 0 where sku = 'e-book';
update public.products set stock = null where sku = 'e-book';
select ok(tests.is_right('e-book'), 'from null to 0 and back');
select tests.create_user('boss@tests.example');
insert into public.admins (user_id) values (tests.user_id('boss@tests.example'));
select tests.authenticate_as('boss@tests.example');
update public.products set stock = 4 where sku = 'chair';
select tests.as_owner();
select ok(tests.is_right('chair'), 'an admin over the API, without a right to write the ledger');

select * from finish();
rollback;
