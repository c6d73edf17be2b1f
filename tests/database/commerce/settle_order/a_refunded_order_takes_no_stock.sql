begin;
select plan(2);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_1', 'late'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
update public.products set stock = 5 where sku = 'chair';
select commerce.settle_order((tests.the_order('late')).id);

select is((tests.the_order('late')).status, 'refunded', 'it stays refunded');
select is(tests.the_stock('chair'), 5, 'unsold stock stays on sale');

select * from finish();
rollback;
