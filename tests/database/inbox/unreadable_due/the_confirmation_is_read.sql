begin;
select plan(1);

select tests.receive_events(tests.confirmed('evt_1') || '{"facts": null, "body": "what was sent"}');
select tests.time_passes('evt_1', '1 minute');

select is((select u.text from inbox.unreadable_due(1000000) u where u.provider = 'tests'), 'what the provider says',
  'if there is one, and not the body');

select * from finish();
rollback;
