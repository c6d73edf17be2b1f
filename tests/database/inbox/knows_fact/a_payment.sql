begin;
select plan(9);

select tests.a_product('chair');
select tests.a_checkout('cart');
select is(tests.knows(tests.fact_pending('pi_1', 'cart')), false, 'one that never came');
select tests.receive(tests.fact_pending('pi_1', 'cart'));
select is(tests.knows(tests.fact_pending('pi_1', 'cart')), true, 'one that came');
select is(tests.knows(tests.fact_created('pi_1', 'cart')), true, 'what came before it is known too');
select is(tests.knows(tests.fact_failed('pi_1', 'cart')), false, 'that it failed is news');
select is(tests.knows(tests.fact_captured('pi_1', 'cart')), false, 'so is its money');
select tests.receive(tests.fact_captured('pi_1', 'cart'));
select is(tests.knows(tests.fact_captured('pi_1', 'cart')), true, 'once it came it is known');
select is(tests.knows(tests.fact_failed('pi_1', 'cart')), true, 'a failure before the money changes nothing any more');
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select is(tests.knows(tests.fact_captured('pi_1', 'cart')), true, 'that the money came stays known when it went back');
select is(inbox.knows_fact('tests_other', tests.fact_captured('pi_1', 'cart')), false,
  'another provider''s payment of that id is another');

select * from finish();
rollback;
