begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select commerce.release_checkout(tests.id('cart'), 'payment_failed');
select commerce.release_checkout(tests.id('cart'), 'payment_failed');
select commerce.release_checkout(tests.id('cart'), 'expired');

select is(tests.the_stock('chair'), 5, 'releasing again gives nothing back again');
select is((tests.the_checkout('cart')).status, 'expired', 'the further status stands');
select commerce.release_checkout(tests.id('cart'), 'payment_failed');
select is((tests.the_checkout('cart')).status, 'expired', 'a checkout never moves back');

select * from finish();
rollback;
