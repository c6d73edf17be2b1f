begin;
select plan(1);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart', '{"chair": 2}');

select is(
  (select m -> 'data' ->> 'stock' from tests.the_messages('products/' || (tests.the_product('chair')).id) m
    where m ->> 'type' = 'product.stock_changed'), '3',
  'a reservation changes the stock: Railway gets a message'
);

select * from finish();
rollback;
