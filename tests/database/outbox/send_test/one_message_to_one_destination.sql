begin;
select plan(5);

select tests.a_quiet_outbox(), tests.a_destination('tests_a'), tests.a_destination('tests_b');
select tests.remember('message', outbox.send_test('tests_a')::text);
select results_eq($$ select m.type, d.destination, d.status::text from outbox.deliveries d
  join outbox.messages m on m.id = d.message_id where m.id = tests.id('message') $$,
  $$ values ('test.ping', 'tests_a', 'pending') $$, 'it waits to be sent there');
select is((select m.payload::jsonb #>> '{data,destination}' from outbox.messages m where m.id = tests.id('message')),
  'tests_a', 'and says where it is sent');
select is((select array_agg(k order by k) from outbox.messages m, json_object_keys(m.payload::json) k
  where m.id = tests.id('message')), '{change,data,timestamp,type}', 'in the form of every message');
select is(tests.refusal($$ select outbox.send_test('nobody') $$), 'P0002', 'an unknown destination');
update outbox.destinations d set replayable = false where d.name = 'tests_b';
select is(tests.refusal($$ select outbox.send_test('tests_b') $$), '22023', 'one that does work');

select * from finish();
rollback;
