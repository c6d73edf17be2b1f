begin;
select plan(8);

select tests.a_product('chair', 1000, 10);
select tests.a_product('e-book', stock => null);
select ok(not commerce.move_stock((tests.the_product('chair')).id, -11, 'moved'),
  'more than is available returns false');
select is(tests.the_stock('chair'), 10, 'and changes nothing');
select ok(commerce.move_stock((tests.the_product('chair')).id, -10, 'moved'), 'all that is available');
select ok(commerce.move_stock((tests.the_product('chair')).id, 3, 'restocked'), 'back');
select is(tests.the_stock('chair'), 3, 'three');
select ok(commerce.move_stock((tests.the_product('e-book')).id, -1000, 'moved'), 'uncounted stock always suffices');
select is(tests.the_stock('e-book'), null, 'and stays uncounted');
select ok(not commerce.move_stock(gen_random_uuid(), 1, 'moved'), 'an unknown product has none');

select * from finish();
rollback;
