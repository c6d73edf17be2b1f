begin;
select plan(4);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000));
select tests.receive(tests.fact_failed('pi_2', 'cart', 2000));
select tests.receive(tests.fact_checkout_expired('cart'));
select commerce.refresh_checkout(tests.id('cart'));

select is((tests.the_checkout('cart')).status, 'payment_completed', 'it stays completed');
select is(tests.the_reservations('cart'), '2 chair taken', 'its stock stays sold');
select is(tests.the_stock('chair'), 3, 'none of it is on sale');
select lives_ok($$ select commerce.refresh_checkout(null), commerce.refresh_checkout(gen_random_uuid()) $$,
  'null, and an unknown one, raise no error');

select * from finish();
rollback;
