begin;
select plan(2);

select is(tests.missing('objects', tests.an_event('obj_1') || '{"facts": null}',
  tests.an_event('obj_2') || '{"facts": {}}'), '0 1', 'an unreadable one counts as missing');
select tests.receive_events(tests.an_event('obj_1') || '{"facts": null}');
select is(tests.missing('objects', tests.an_event('obj_1') || '{"facts": null}'), null, 'once is enough');

select * from finish();
rollback;
