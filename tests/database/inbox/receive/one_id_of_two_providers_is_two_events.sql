begin;
select plan(1);

select tests.receive_events(tests.an_event('evt_1'), tests.an_event('evt_1') || '{"provider": "tests_too"}');

select is((select count(*)::integer from inbox.events e where e.provider like 'tests%'), 2,
  'the provider is part of the name');

select * from finish();
rollback;
