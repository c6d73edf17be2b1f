begin;
select plan(7);

select tests.a_product('chair', 1000, 1);
select tests.a_checkout('late');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick');
select tests.receive(tests.fact_captured('pi_1', 'late'));
select is((tests.the_order('late')).status, 'needs_attention', 'the order needs attention');

select throws_matching($$ select commerce.settle_order((tests.the_order('late')).id) $$,
  'it still cannot be fulfilled: .*1 × chair \(0 left\)', 'an order is not settled while its stock is missing');
select commerce.settle_order((tests.the_order('late')).id, without_stock => true, reason => 'a test');
select is((tests.the_order('late')).status, 'confirmed', 'unless an admin settles it all the same');
select is((tests.the_order('late')).attention_reason, null, 'nothing is left to settle');
select is(tests.the_stock('chair'), 0, 'stock is not negative');
select throws_matching($$ select commerce.settle_order((tests.the_order('late')).id, true, 'a test') $$,
  'does not need attention', 'it is settled once');
select throws_matching($$ select commerce.settle_order(gen_random_uuid()) $$, 'does not need attention',
  'an order that does not exist is refused');

select * from finish();
rollback;
