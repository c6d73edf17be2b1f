begin;
select plan(6);

select tests.a_product('chair', 1000, 5);
select ok(commerce.move_stock((tests.the_product('chair')).id, 2, 'counted', stock_version => 40), 'it is moved');
select is((tests.the_product('chair')).stock_version, 40::bigint, 'and has that version');
select ok(commerce.move_stock((tests.the_product('chair')).id, -1, 'corrected'), 'a movement without a version');
select is((tests.the_product('chair')).stock_version, 41::bigint, 'it gets the next one');
select ok(not commerce.move_stock((tests.the_product('chair')).id, -7, 'counted', stock_version => 50),
  'not enough stock is refused');
select is((tests.the_product('chair')).stock_version, 41::bigint, 'and so is its version');

select * from finish();
rollback;
