begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
with made as (insert into outbox.messages (type, record_key, payload) select 'many', 'things/' || n, '{}'
  from generate_series(1, 10001) n returning id, record_key)
insert into outbox.deliveries (message_id, destination, record_key, status, settled_at) select m.id, 'tests_a',
  m.record_key, 'delivered', now() from made m;

select throws_matching($$ select outbox.replay('tests_a', '{"types": ["many"]}', 'all') $$, '10001 messages fit',
  'more than 10 000 are refused');
select is_empty('select 1 from outbox.replays', 'and nothing is started');
select throws_matching($$ select outbox.replay('tests_a', '{"types": ["none"]}', 'all') $$,
  'no message to tests_a fits', 'a replay without messages is refused too');
select lives_ok(
  $$ select outbox.replay('tests_a',
    jsonb_build_object('message_ids', (select jsonb_agg(x.id) from (select m.id from outbox.messages m limit 10000) x)),
    'part') $$, '10 000 are accepted'
);

select * from finish();
rollback;
