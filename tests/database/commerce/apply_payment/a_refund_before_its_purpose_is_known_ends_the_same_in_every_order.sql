begin;
select plan(3);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');

select tests.ends_the_same_in_every_order(
  'a capture that names no checkout, an event that names it, and a refund that fails',
  tests.an_event('evt_1', tests.fact_captured('pi_1')),
  tests.an_event('evt_2', tests.fact_created('pi_1', 'cart')),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 1000)),
  tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_1', 1000, 'failed'))
);
select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000));
select tests.receive(tests.fact_created('pi_1', 'cart'));
select tests.receive(tests.fact_refund('re_1', 'pi_1', 1000, 'failed'));
select is((tests.the_order('cart')).status, 'confirmed', 'the payment is captured again: its order is made');
select is(tests.inconsistencies(), null, 'and the audit is clean');

select * from finish();
rollback;
