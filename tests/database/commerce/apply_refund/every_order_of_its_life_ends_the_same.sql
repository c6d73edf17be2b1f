begin;
select plan(4);

select tests.a_product('chair', 1000);
select tests.a_checkout('cart');

select tests.ends_the_same_in_every_order(
  'captured, refund pending, succeeded, failed',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart')),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 400, 'pending')),
  tests.an_event('evt_3', tests.fact_refund('re_1', 'pi_1', 400, 'succeeded')),
  tests.an_event('evt_4', tests.fact_refund('re_1', 'pi_1', 400, 'failed'))
);
select tests.ends_the_same_in_every_order(
  'captured, two refunds, the total of both',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart')),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 400)),
  tests.an_event('evt_3', tests.fact_refund('re_2', 'pi_1', 600)),
  tests.an_event('evt_4', tests.fact_refunded_total('pi_1', 1000))
);
select tests.ends_the_same_in_every_order(
  'captured, a refund that fails, its total, another refund',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart')),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 1000, 'failed')),
  tests.an_event('evt_3', tests.fact_refunded_total('pi_1', 1000)),
  tests.an_event('evt_4', tests.fact_refund('re_2', 'pi_1', 300))
);
select tests.ends_the_same_in_every_order(
  'captured, refund, dispute, dispute won',
  tests.an_event('evt_1', tests.fact_captured('pi_1', 'cart')),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 400)),
  tests.an_event('evt_3', tests.fact_dispute('dp_1', 'pi_1', 'needs_response', at => 1)),
  tests.an_event('evt_4', tests.fact_dispute('dp_1', 'pi_1', 'won', at => 2))
);

select * from finish();
rollback;
