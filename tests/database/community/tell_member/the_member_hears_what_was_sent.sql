begin;
select plan(5);

select tests.create_user('m@tests.example'), tests.create_user('other@tests.example'),
  tests.an_admin('admin@tests.example');
select tests.joins('m', '{"email": "m@tests.example"}');
delete from realtime.messages m where true;

create function tests.heard() returns text
language sql as $$
  with told as (delete from realtime.messages m where m.payload ->> 'table' = 'conversation_messages' returning m.*)
  select string_agg(concat_ws(' ', t.event, nullif(t.topic, 'user:' || tests.user_id('m@tests.example')),
    t.payload -> 'record' ->> 'sender', coalesce(t.payload -> 'record' ->> 'key', t.payload -> 'record' ->> 'body'),
    t.payload ->> 'old_record'), ', ')
  from told t
$$;

update public.conversation_messages x set requests = x.requests + 1 where x.id = (tests.the_text('m')).id;
select is(tests.heard(), null, 'of what is not sent yet, nobody hears');
select tests.is_welcomed('m');
select is(tests.heard(), 'UPDATE system welcome', 'when it is sent, the member does');
select tests.writes('m', 'Hello', 'post_1');
select is(tests.heard(), 'INSERT member Hello', 'of a reply at the provider');
select tests.by('admin@tests.example', format(
  'insert into public.conversation_messages (conversation_id, body) values (%L, %L)', (tests.the_chat('m')).id, 'Hi'));
select is(tests.heard(), 'INSERT staff Hi', 'of an answer in the app');
update public.conversations c set user_id = null where c.id = (tests.the_chat('m')).id;
select tests.writes('m', 'Anybody?', 'post_2');
select is(tests.heard(), null, 'without an account there is nobody to tell');

select * from finish();
rollback;
