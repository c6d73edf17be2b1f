begin;
select plan(6);

select tests.a_quiet_outbox(), tests.a_destination('tests_a');
select tests.a_delivery('one'), tests.a_delivery('two');
update outbox.deliveries d set status = 'delivered', settled_at = now(), receipt_due_at = now() - interval '1 hour'
  where d.id = (tests.the_delivery('one')).id;
select tests.remember('first', (tests.the_delivery('one')).message_id::text);
select is(tests.refusal(format('select outbox.send_copy(%s, '' '')', (select d.id from outbox.deliveries d
  where d.message_id = tests.id('first')))), '22023', 'not without a reason');
select lives_ok($$ select outbox.send_copy(d.id, 'a test') from outbox.deliveries d
  where d.message_id = tests.id('first') $$, 'with one');
select is((select count(*) from outbox.deliveries d join outbox.messages m on m.id = d.message_id
  where m.type = 'one' and m.replay_id is not null and d.status = 'pending'), 1::bigint, 'a copy is sent');
select isnt((select d.processed_at from outbox.deliveries d where d.message_id = tests.id('first')), null,
  'its receipt is awaited instead');
select is(tests.refusal('select outbox.send_copy(-1, ''x'')'), 'P0002', 'one that is not there');
select is(tests.refusal(format('select outbox.send_copy(%s, ''x'')', (tests.the_delivery('two')).id)), 'P0001',
  'one that still waits');

select * from finish();
rollback;
