begin;
select plan(3);

-- A signed event that waits, or failed, must not get facts of an unconfirmed copy.
select tests.receive_events(tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 1)));
select is((tests.the_event('evt_1')).status, 'parked', 'a signed event waits');
select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_forged', amount => 1000000))
  || '{"trust": "unconfirmed"}');

select is((tests.the_event('evt_1')).facts, jsonb_build_array(tests.fact_refund('re_1', 'pi_1', 1)),
  'its facts stay those that were signed');
select is((tests.the_payment('pi_forged')).id, null, 'the unconfirmed facts are not applied');

select * from finish();
rollback;
