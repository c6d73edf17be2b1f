begin;
select plan(2);

select throws_ok($$ select tests.receive_events(tests.an_event('evt_1') || '{"trust": "hearsay"}') $$, '22P02', null,
  'an unknown trust is refused');
select throws_ok($$ select tests.receive_events(tests.an_event('evt_1') || '{"trust": null}') $$, '23502', null,
  'so is a missing one');

select * from finish();
rollback;
