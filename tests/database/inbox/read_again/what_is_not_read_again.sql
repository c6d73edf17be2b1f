begin;
select plan(4);

select tests.receive_events(
  tests.an_event('evt_unconfirmed') || '{"trust": "unconfirmed"}',
  tests.an_event('evt_not_ours') || '{"not_ours": "It is of another account."}',
  tests.an_event('evt_erased')
);
update inbox.events set body = '{"erased": true}' where provider_event_id = 'evt_erased';

select throws_ok($$ select inbox.read_again((tests.the_event('evt_unconfirmed')).id) $$, '22023', null,
  'one that its provider has not confirmed');
select throws_ok($$ select inbox.read_again((tests.the_event('evt_not_ours')).id) $$, '22023', null,
  'one that is not ours');
select throws_ok($$ select inbox.read_again((tests.the_event('evt_erased')).id) $$, '22023', null,
  'one of a person who was erased');
select throws_ok($$ select inbox.read_again('00000000-0000-0000-0000-000000000000') $$, 'P0002', null,
  'one that is not here');

select * from finish();
rollback;
