begin;
select plan(9);

select tests.create_user('amina@tests.example');
select tests.create_user('other@tests.example');
select tests.an_admin('admin@tests.example');
select tests.joins('m', '{"email": "amina@tests.example"}');
select tests.remember('chat', (tests.the_chat('m')).id::text);
select is(tests.by('amina@tests.example', 'select from public.conversations'), '1', 'the member');
select is(tests.by('other@tests.example', 'select from public.conversations'), '0', 'nobody else');
select is(tests.by('amina@tests.example', 'select from public.conversation_messages'), '0',
  'what is not sent yet is not read');
create function tests.adds(who text, columns text default '', more text default '') returns text language sql as $$
  select tests.by(who, format('insert into public.conversation_messages (conversation_id, body%s) values '
    '(tests.id(%L), %L%s)', columns, 'chat', 'x', more))
$$;
select is(tests.adds('amina@tests.example'), '1', 'the member writes');
select is(tests.adds('other@tests.example'), '42501', 'nobody else');
select is(tests.adds('amina@tests.example', ', sender', $$, 'staff'$$), '42501', 'not as another');
select is(tests.adds('admin@tests.example'), '1', 'an admin answers');
select results_eq($$ select x.sender::text from public.conversation_messages x where x.key is null order by x.id $$,
  $$ values ('member'), ('staff') $$, 'who wrote is set by default');
select tests.joins('m', '{"email": "amina@tests.example", "status": "expired"}', ago => '-1 minute');
select is(tests.adds('amina@tests.example'), '42501', 'not into a closed one');

select * from finish();
rollback;
