begin;
select plan(3);

-- 2000 USD and 1000 EUR are neither 2000 EUR nor 1000 USD.
select tests.a_product('chair', 2000, currency => 'EUR');
select tests.a_checkout('cart');
select tests.receive(tests.fact_captured('pi_1', 'cart', 2000, 'USD'));
select tests.receive(tests.fact_captured('pi_1', 'cart', 1000, 'EUR'));

select ok(
  ((tests.the_payment('pi_1')).amount_minor, (tests.the_payment('pi_1')).currency) in ((2000::bigint, 'USD'),
    (1000, 'EUR')),
  'the recorded amount and currency are from one event of the provider'
);
select is((tests.the_order('cart')).id, null, 'nothing is fulfilled for an amount that was never captured');
select ok((tests.the_payment('pi_1')).needs_review, 'an admin reviews it');

select * from finish();
rollback;
