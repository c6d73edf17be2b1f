begin;
select plan(3);

select inbox.lock_keys(jsonb_build_array(
  tests.an_event('evt_1', tests.fact_captured('pi_1'), tests.fact_refund('re_1', 'pi_2', 1)),
  tests.an_event('evt_2') || '{"facts": null}', tests.an_event('evt_3') || '{"facts": [null]}'
));

select ok(tests.is_locked('tests/payment/pi_1'), 'the payment of the first fact');
select ok(tests.is_locked('tests/payment/pi_2'), 'the payment of the second');
select ok(not tests.is_locked('tests/payment/pi_3'), 'and no other');

select * from finish();
rollback;
