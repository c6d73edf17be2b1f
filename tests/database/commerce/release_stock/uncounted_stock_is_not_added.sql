begin;
select plan(4);

select tests.a_cohort('autumn', 2);
select tests.a_seat('seat', 'autumn');
select tests.a_pack('pack', 10);
select tests.a_lesson('lesson');
select tests.a_checkout('cart', '{"seat": 1}');
update public.products set stock = 5 where sku = 'seat';
select commerce.release_stock(tests.id('cart'));
select is(tests.the_stock('seat'), 5, 'it was not taken from the 5 that were counted later');
select is(learning.free_seats(tests.id('autumn')), 2, 'the cohort has its seat back');
select tests.a_checkout('other', '{"seat": 1}');
select is(tests.the_stock('seat'), 4, 'what is reserved after the count');
select commerce.release_stock(tests.id('other'));
select is(tests.the_stock('seat'), 5, 'is released');

select * from finish();
rollback;
