begin;
select plan(4);

select tests.receive(tests.fact_captured('pi_1'));
select tests.receive(tests.fact_captured('pi_2'));
select tests.receive(tests.fact_captured('pi_3'));
select is(
  tests.receive_events(
    tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 1000)),
    tests.an_event('evt_2', tests.fact_refund('re_2', 'pi_2', -1)),
    tests.an_event('evt_3', tests.fact_refunded_total('pi_3', 400))
  ),
  'applied failed applied', 'each is applied or fails by itself'
);
select is((tests.the_payment('pi_1')).status, 'refunded', 'the one before it counts');
select is((tests.the_payment('pi_3')).status, 'partially_refunded', 'and the one after it');
select matches((tests.the_event('evt_2')).error, 'an_amount_is_not_negative', 'the one that failed says why');

select * from finish();
rollback;
