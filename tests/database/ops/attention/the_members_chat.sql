begin;
select plan(6);

select tests.joins('stuck');
update public.conversations set status_since = now() - interval '3 hours' where true;
select is((select string_agg(a.what, ', ') from ops.attention_conversations a), 'conversation stuck',
  'one that does not go on');
select community.step_conversation((tests.the_chat('stuck')).id);
select is_empty('select from ops.attention_conversations', 'until it does');
select community.leave_provider((tests.the_chat('stuck')).id, 'unreachable', 'It answered 422.');
select alike((select a.why from ops.attention_conversations a where a.what = 'member not reached'),
  '%It answered 422. No address or account%', 'a member who cannot be reached');
select ops.acknowledge('member not reached', (tests.the_chat('stuck')).id::text, 'wrote a letter');
select is_empty('select from ops.attention_conversations', 'until somebody has');
insert into public.conversation_messages (conversation_id, sender, body, sent_at)
  values ((tests.the_chat('stuck')).id, 'member', 'Is anybody there?', now() - interval '25 hours');
select is((select string_agg(a.what, ', ') from ops.attention_conversations a), 'member waits for an answer',
  'one who waits');
insert into public.conversation_messages (conversation_id, sender, body)
  values ((tests.the_chat('stuck')).id, 'staff', 'Yes!');
select is_empty('select from ops.attention_conversations', 'until answered');

select * from finish();
rollback;
