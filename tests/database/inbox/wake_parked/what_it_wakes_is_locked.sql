begin;
select plan(3);

-- As another transaction left it: this one holds no lock of it.
insert into inbox.events (provider, provider_event_id, type, status, trust, body, facts, error, waiting_for)
values ('tests', 'evt_two', 'something.happened', 'parked', 'signed', '{}',
  jsonb_build_array(tests.fact_refund('re_1', 'pi_1', 100), tests.fact_captured('pi_2')), 'It waits.',
  'tests/payment/pi_1');
select ok(not tests.is_locked('tests/payment/pi_2'), 'before');
select tests.receive(tests.fact_captured('pi_1'));
select is((tests.the_event('evt_two')).status, 'applied', 'what it waited for came');
select ok(tests.is_locked('tests/payment/pi_2'), 'the other thing it is about is locked, too');

select * from finish();
rollback;
