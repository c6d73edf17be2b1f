begin;
select plan(1);

select tests.a_product('chair', 1000, 10);

select tests.is_sold('cart');
update public.products set stock = 7 where sku = 'chair';
alter table public.products disable trigger write_movement;
update public.products set stock = 1 where sku = 'chair';
create temporary table before as select tests.the_state() as state;
select ops.audit_consistency();

select is(tests.the_state(), (select b.state from before b), 'an admin does');

select * from finish();
rollback;
