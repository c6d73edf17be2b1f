begin;
select plan(5);

select tests.receive_events(
  tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 300)),
  tests.an_event('evt_2', tests.fact_refund('re_2', 'pi_1', 200)),
  tests.an_event('evt_3', tests.fact_dispute('dp_1', 'pi_1', 'needs_response')),
    tests.an_event('evt_4', tests.fact_refund('re_4', 'pi_1', 9000))
);
select tests.receive(tests.fact_captured('pi_1'));

select is((tests.the_event('evt_1')).status, 'applied', 'the first');
select is((tests.the_event('evt_2')).status, 'applied', 'the second');
select is((tests.the_event('evt_3')).status, 'applied', 'the third');
select is((tests.the_event('evt_4')).status, 'failed', 'one that cannot be applied fails alone');
select is((tests.the_payment('pi_1')).refunded_minor, 500::bigint, 'the others count');

select * from finish();
rollback;
