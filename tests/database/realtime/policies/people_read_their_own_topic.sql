begin;
select plan(5);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select realtime.send('{"a": 1}', 'INSERT', 'user:' || tests.user_id('amina@tests.example'));
select tests.remember('amina', tests.user_id('amina@tests.example')::text);
create function tests.hears(topic text) returns integer language plpgsql as $$
begin
  perform set_config('realtime.topic', topic, true);
  return (select count(*) from realtime.messages m where m.topic = hears.topic);
end
$$;
select tests.authenticate_as('amina@tests.example');
select is(tests.hears('user:' || tests.id('amina')), 1, 'the own topic');
select throws_ok(
  $$ insert into realtime.messages (topic, extension, payload, event, private)
  values ('user:' || tests.id('amina'), 'broadcast', '{}', 'INSERT', true) $$, '42501', null,
  'only the database sends there'
);
select tests.as_owner();
select tests.authenticate_as('ben@tests.example');
select is(tests.hears('user:' || tests.id('amina')), 0, 'not another''s');
select tests.as_owner();
select tests.as_anon();
select is(tests.hears('user:' || tests.id('amina')), 0, 'without an account no topic');
select is(tests.hears('user:'), 0, 'not even the topic of no account');

select * from finish();
rollback;
