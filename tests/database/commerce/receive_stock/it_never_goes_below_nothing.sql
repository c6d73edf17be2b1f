begin;
select plan(5);

select tests.a_product('chair', 1000, 5);
select tests.a_checkout('c', '{"chair": 3}');
select is(tests.receive_events(tests.an_event('evt_1', tests.fact_moved('m_1', 'chair', -4))), 'parked',
  'more than is available does not move');
select is(tests.the_stock('chair'), 2, 'nothing moved');
select matches((select e.error from inbox.events e where e.provider = 'tests' and e.status = 'parked'),
  '4 of chair are to be removed, and only 2 can be sold', 'the event says why');
select tests.time_passes('evt_1', '2 hours');
select ok(exists (select 1 from ops.attention a where a.what = 'event parked for over an hour'
  and a.why ~ '4 of chair'), 'and is shown after an hour');
select tests.receive(tests.fact_moved('m_2', 'chair', 10));
select is(tests.the_stock('chair'), 8, 'once there is enough, it moves');

select * from finish();
rollback;
