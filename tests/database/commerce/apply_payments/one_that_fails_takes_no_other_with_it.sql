begin;
select plan(5);

select tests.a_product('chair', stock => 5);
select tests.a_checkout('cart');
select tests.a_checkout('other');
select is(
  tests.receive_events(
    tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart')),
    tests.an_event('evt_2', tests.fact_captured('pi_bad', amount => -1)),
    tests.an_event('evt_3', tests.fact_captured('pi_2', 'other'))
  ),
  'applied failed applied', 'each is applied or fails by itself'
);
select is((tests.the_order('cart')).status, 'confirmed', 'the one before it has its order');
select is((tests.the_order('other')).status, 'confirmed', 'and the one after it');
select matches((tests.the_event('evt_2')).error, 'an_amount_is_not_negative', 'the one that failed says why');
select is(tests.inconsistencies(), null, 'and the audit is clean');

select * from finish();
rollback;
