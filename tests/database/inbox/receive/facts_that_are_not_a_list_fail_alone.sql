begin;
select plan(2);

select is(
  tests.receive_events(
    tests.an_event('evt_1', tests.fact_customer('cus_1', 'amina@tests.example')),
    tests.an_event('evt_2') || '{"facts": {"type": "customer.updated"}}',
    tests.an_event('evt_3') || '{"facts": "text"}', tests.an_event('evt_4') || '{"facts": 7}'
  ),
  'applied failed failed failed', 'an event whose facts are not a list fails alone'
);
select is((tests.the_event('evt_2')).error, 'Its facts are not a list.', 'it says why');

select * from finish();
rollback;
