begin;
select plan(2);

-- "Restock and settle": sold stock is no longer on sale.
select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_1', 'late'));
update public.products set stock = 5 where sku = 'chair';
select commerce.settle_order((tests.the_order('late')).id);

select is(tests.the_reservations('late'), '1 chair taken', 'the reservation says that it is sold');
select is(tests.the_stock('chair'), 4, 'and it cannot be sold again');

select * from finish();
rollback;
