begin;
select plan(2);

select tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1')) || '{"trust": "unconfirmed"}');

select is(tests.receive_events(tests.an_event('evt_1', tests.fact_captured('pi_1'))), 'applied',
  'a signature counts like a confirmation');
select is((tests.the_event('evt_1')).trust, 'signed', 'it is signed now');

select * from finish();
rollback;
