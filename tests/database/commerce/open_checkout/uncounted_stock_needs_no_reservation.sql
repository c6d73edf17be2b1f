begin;
select plan(3);

select tests.a_product('e-book', stock => null);
select tests.a_checkout('cart', '{"e-book": 1000}');

select is(tests.the_stock('e-book'), null, 'its stock stays uncounted');
select is(tests.the_reservations('cart'), null, 'nothing is reserved');
select is((tests.the_checkout('cart')).total_minor, 1000000::bigint, 'it has its price all the same');

select * from finish();
rollback;
