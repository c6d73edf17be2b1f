begin;
select plan(1);

select tests.receive_events(tests.an_event('evt_1', tests.fact_membership('sub_1', 'cancelled', at => 5)));
select tests.receive_events(tests.an_event('evt_2', tests.fact_membership('sub_1', 'active', at => 5)));

select is((tests.the_membership('sub_1')).status, 'cancelled',
  'within one second the more advanced status is the later one');

select * from finish();
rollback;
