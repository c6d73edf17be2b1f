begin;
select plan(5);

select tests.a_product('chair', 1000, 10);
select tests.is_sold('cart', '{"chair": 2}');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 2000));
select commerce.restock((tests.the_order('cart')).id);
select is(tests.the_stock('chair'), 10, 'refunded, and back on sale');
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 2000, 'failed'));
select is(tests.the_stock('chair'), 8, 'the refund failed: they are sold again');
select is((tests.the_parcel('cart')).status, 'pending', 'and waiting to be sent');
select is((select i.restocked from public.order_items i where i.order_id = (tests.the_order('cart')).id), 0,
  'none is on sale');
select is((tests.the_order('cart')).status, 'confirmed', 'no admin is needed');

select * from finish();
rollback;
