begin;
select plan(6);

select tests.create_user('amina@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.joins('m', '{"email": "amina@tests.example"}', 'stripe');
select tests.remember('chat', (tests.the_chat('m')).id::text);
select tests.by('amina@tests.example', $$ insert into public.conversation_messages (conversation_id, body)
  values (tests.id('chat'), 'Hello') $$);
create function tests.unread() returns text language sql stable as $$
  select o.unread_by_member || ' ' || o.unread_by_staff from public.conversation_overview o
$$;
select is(tests.unread(), '1 1', 'each has something to read');
select is(tests.by('other@tests.example', $$ select public.mark_conversation_read(tests.id('chat')) $$), 'P0002',
  'nobody else''s');
select tests.by('amina@tests.example', $$ select public.mark_conversation_read(tests.id('chat')) $$);
select is(tests.unread(), '0 1', 'the member');
select tests.by('admin@tests.example', $$ select public.mark_conversation_read(tests.id('chat')) $$);
select is(tests.unread(), '0 0', 'and an admin');
select tests.by('amina@tests.example', $$ select public.mark_conversation_read(tests.id('chat'), '2020-01-01') $$);
select is(tests.unread(), '0 0', 'it never goes back');

select tests.by('amina@tests.example', $$ insert into public.conversation_messages (conversation_id, body)
  values (tests.id('chat'), 'Are you there?') $$);
update public.conversations set user_id = null where id = tests.id('chat');
select public.mark_conversation_read(tests.id('chat'));
select is((select o.unread_by_staff::integer from public.conversation_overview o), 0,
  'an admin in Studio, also of a conversation that has no account');

select * from finish();
rollback;
