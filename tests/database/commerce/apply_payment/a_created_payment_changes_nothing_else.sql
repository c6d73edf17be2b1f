begin;
select plan(3);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart', '{"chair": 2}');
select is(tests.receive(tests.fact_of_payment('created', 'pi_1', 'cart', 2000, 'EUR', 0)), 'applied',
  'payment.created is applied');

select is((tests.the_payment('pi_1')).status, 'created', 'the payment is created');
select is((tests.the_checkout('cart')).status, 'open', 'the checkout stays open');

select * from finish();
rollback;
