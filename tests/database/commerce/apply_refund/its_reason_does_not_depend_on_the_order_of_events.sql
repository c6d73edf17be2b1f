begin;
select plan(1);

select tests.receive(tests.fact_captured('pi_1'));

select tests.ends_the_same_in_every_order(
  'the reason was received while it was pending',
  tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 400, 'pending') || '{"reason": "requested_by_customer"}'),
  tests.an_event('evt_2', tests.fact_refund('re_1', 'pi_1', 400, 'succeeded'))
);

select * from finish();
rollback;
