begin;
select plan(2);

select throws_ok($$ select tests.receive_events(tests.an_event('evt_1') || '{"trust": "hearsay"}') $$, '22P02', null,
  'there is no such trust');
select throws_ok($$ select tests.receive_events(tests.an_event('evt_1') || '{"trust": null}') $$, '23502', null,
  'nor may it be left out');

select * from finish();
rollback;
