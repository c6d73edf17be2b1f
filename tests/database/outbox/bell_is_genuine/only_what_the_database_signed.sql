begin;
select plan(13);

create function tests.a_bell(seconds integer, but jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('expires_at', t.at, 'nonce', 'n', 'signature', outbox.doorbell_signature(t.at, 'n')) || but
  from (select date_part('epoch', now())::bigint + seconds as at) t
$$;
select ok(outbox.bell_is_genuine(tests.a_bell(30)), 'a bell of ours is genuine');
select ok(not outbox.bell_is_genuine(tests.a_bell(-2)), 'one that expired is not');
select ok(not outbox.bell_is_genuine(tests.a_bell(120)), 'nor one with a longer validity than ours');
select ok(not outbox.bell_is_genuine(tests.a_bell(30, '{"nonce": "m"}')), 'nor one with another nonce');
select ok(not outbox.bell_is_genuine(tests.a_bell(30) || jsonb_build_object('expires_at',
  date_part('epoch', now())::bigint + 31)), 'nor one with another time');
select ok(not outbox.bell_is_genuine(tests.a_bell(30, jsonb_build_object('signature', repeat('0', 64)))),
  'nor one with another signature');
select ok(not outbox.bell_is_genuine(tests.a_bell(30, '{"signature": ""}')), 'nor one with an empty one');
select ok(not outbox.bell_is_genuine(tests.a_bell(30) - 'signature'), 'nor one with none');
select ok(not outbox.bell_is_genuine(tests.a_bell(30) - 'nonce'), 'nor one without a nonce');
select ok(not outbox.bell_is_genuine(tests.a_bell(30) - 'expires_at'), 'nor one without a time');
select is(outbox.bell_is_genuine('{}'), false, 'nor nothing');
select is(outbox.bell_is_genuine('[]'), false, 'nor a list');
select is(outbox.bell_is_genuine(null), false, 'nor null');

select * from finish();
rollback;
