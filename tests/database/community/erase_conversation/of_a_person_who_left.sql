begin;
select plan(5);

select tests.create_user('m@tests.example');
select tests.joins('m', '{"email": "m@tests.example"}');
select tests.is_welcomed('m');
select throws_ok(format('select community.erase_conversation(%L, %L)', (tests.the_chat('m')).membership_id,
  'asked by e-mail'), 'P0001', null, 'not while the membership lasts');
select tests.remember('membership', (tests.the_chat('m')).membership_id::text);
select tests.joins('m', '{"status": "expired"}', ago => '-1 minute');
select is(community.erase_conversation(tests.id('membership'), 'asked by e-mail'), 1, 'with all its messages');
select is((select count(*)::integer from public.conversation_messages), 0, 'nothing is left');
select is_empty($$ select c.record from public.topic_changes c where c.table_name = 'conversation_messages' $$,
  'nor of what was broadcast');
select is(community.erase_conversation(tests.id('membership'), 'asked by e-mail'), 0, 'once');

select * from finish();
rollback;
