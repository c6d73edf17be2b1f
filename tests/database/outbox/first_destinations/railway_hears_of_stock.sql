begin;
select plan(1);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart', '{"chair": 2}');

select is(
  (select m -> 'data' ->> 'stock' from tests.the_messages('products/' || (tests.the_product('chair')).id) m
    where m ->> 'type' = 'product.stock_changed'), '3',
  'what is reserved can no longer be sold: Railway hears of it'
);

select * from finish();
rollback;
