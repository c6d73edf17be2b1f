begin;
select plan(2);

select tests.receive_events(tests.an_event('evt_1', tests.fact_refund('re_1', 'pi_1', 1)));
select is_empty($$ select 1 from ops.attention a where a.id = (tests.the_event('evt_1')).id::text $$,
  'one that was just received may wait');
select tests.time_passes('evt_1', '61 minutes');

select is(
  (select a.what from ops.attention a where a.id = (tests.the_event('evt_1')).id::text),
  'event parked for over an hour', 'after an hour an admin should look at it'
);

select * from finish();
rollback;
