begin;
select plan(2);

select inbox.reject('tests', 'signature_wrong', 20, '{}');
update inbox.rejections r set last_at = now() - interval '1 minute' where r.provider = 'tests';
select tests.receive_events(tests.an_event('evt_1') || '{"trust": "confirmed"}');
select isnt_empty($$ select 1 from ops.attention a where a.what = 'webhooks refused' and a.id = 'tests' $$,
  'its webhooks are refused all the same');
select tests.receive_events(tests.confirmed('evt_2'));
select is_empty($$ select 1 from ops.attention a where a.what = 'webhooks refused' and a.id = 'tests' $$,
  'a webhook that its provider confirmed was accepted');

select * from finish();
rollback;
