begin;
select plan(3);

select tests.a_product('chair', 1000, 10);
update public.products set stock = 1 where sku = 'chair';
select tests.a_checkout('late'), tests.receive(tests.fact_checkout_expired('late'));
select tests.is_sold('quick');
select tests.is_paid('late');
create function tests.says(name text) returns boolean language sql as $$ select i.settled_without_stock
  from public.order_items i where i.order_id = (tests.the_order(says.name)).id $$;
select commerce.settle_order((tests.the_order('late')).id, without_stock => true, reason => 'a test');
select ok(tests.says('late'), 'some of it was out of stock');
select ok(not tests.says('quick'), 'the rest was in stock');
select tests.a_checkout('later'), tests.receive(tests.fact_checkout_expired('later'))
  from (select commerce.restock((tests.the_order('quick')).id)) r;
select tests.is_sold('quicker');
select tests.is_paid('later');
update public.products set stock = 1 where sku = 'chair';
select commerce.settle_order((tests.the_order('later')).id, without_stock => true, reason => 'a test');
select ok(not tests.says('later'), 'settled without stock, but there was stock');

select * from finish();
rollback;
