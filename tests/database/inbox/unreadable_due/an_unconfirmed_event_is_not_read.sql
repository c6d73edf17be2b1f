begin;
select plan(2);

select tests.receive_events(tests.unconfirmed('evt_1') || '{"facts": null}');
select tests.time_passes('evt_1', '1 minute');

select is_empty($$ select 1 from inbox.unreadable_due(1000000) u where u.provider = 'tests' $$,
  'its provider is asked instead');
select isnt_empty($$ select 1 from inbox.unconfirmed_due(1000000) u where u.provider = 'tests' $$,
  'by the same courier');

select * from finish();
rollback;
