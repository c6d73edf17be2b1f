begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '1 hour');
select outbox.replay('tests_a', '{"types": ["one"]}', 'it was lost over there');
select is(
  (select to_jsonb(r) - '{id,created_at}'::text[] from outbox.replays r),
  jsonb_build_object('destination', 'tests_a', 'filter', '{"types": ["one"]}'::jsonb, 'reason',
    'it was lost over there', 'requested_by', current_user, 'message_count', 1),
  'which messages, where to, why, by whom and how many'
);
select throws_matching($$ select outbox.replay('tests_a', '{"types": ["one"]}', ' ') $$, 'needs a reason',
  'an empty reason is refused');
select tests.create_user('admin@tests.example');
select set_config('request.jwt.claims', json_build_object('sub', tests.user_id('admin@tests.example'))::text, true),
  set_config('request.jwt.claim.sub', tests.user_id('admin@tests.example')::text, true);
select outbox.replay('tests_a', '{"types": ["one"]}', 'once more');
select is((select r.requested_by from outbox.replays r order by r.id desc limit 1),
  tests.user_id('admin@tests.example')::text, 'an account by its id');

select * from finish();
rollback;
