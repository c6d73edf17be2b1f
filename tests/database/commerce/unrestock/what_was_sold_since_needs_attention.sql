begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
update public.products set stock = 2 where sku = 'chair';
select tests.is_sold('cart', '{"chair": 2}');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 2000));
select commerce.restock((tests.the_order('cart')).id);
select tests.is_sold('other', '{"chair": 1}');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 2000, 'failed'));
select matches((tests.the_order('cart')).attention_reason, 'put back on sale was sold since: 2 × chair',
  'one of two is missing');
select is(tests.the_stock('chair'), 1, 'stock is neither changed nor negative');
select is((tests.the_parcel('cart')).status, 'cancelled', 'nothing is sent');
select throws_matching($$ select commerce.settle_order((tests.the_order('cart')).id) $$, 'it still cannot be fulfilled',
  'it is not settled by mistake');
update public.products set stock = 5 where sku = 'chair';
select commerce.settle_order((tests.the_order('cart')).id);
select is(tests.the_stock('chair') || ' ' || (tests.the_parcel('cart')).status, '3 pending',
  'once they are in stock the order goes on');

select * from finish();
rollback;
