begin;
select plan(3);

select tests.receive_events(tests.an_event('evt_1', tests.fact_customer('cus_1', 'amina@tests.example')));
select is(tests.receive_events(tests.an_event('evt_1', tests.fact_customer('cus_1', 'thief@tests.example', at => 99))),
  'applied', 'a copy gets the status of the first');
select is((tests.the_customer('cus_1')).email, 'amina@tests.example', 'its content is not read');
select is((tests.the_event('evt_1')).facts, jsonb_build_array(tests.fact_customer('cus_1', 'amina@tests.example')),
  'nor kept');

select * from finish();
rollback;
