begin;
select plan(1);

select tests.create_user('amina@tests.example');
select tests.remember('amina', tests.user_id('amina@tests.example')::text);
insert into realtime.messages (topic, extension, payload, event, private)
  values ('user:' || tests.id('amina'), 'presence', '{}', 'x', true);
select tests.authenticate_as('amina@tests.example');
select set_config('realtime.topic', 'user:' || tests.id('amina'), true);

select is_empty($$ select 1 from realtime.messages m where m.topic = 'user:' || tests.id('amina') $$,
  'the topic is for broadcasts, not for presence');

select * from finish();
rollback;
