begin;
select plan(1);

select tests.receive_events(variadic array(select tests.an_event('evt_1') || '{"facts": null, "error": "no id"}'
  from generate_series(1, 50)));

select is((tests.the_event('evt_1')).status, 'failed', 'it is read again later: copies are not attempts');

select * from finish();
rollback;
