begin;
select plan(10);

select tests.joins('m');
select tests.is_welcomed('m');
select is(tests.writes('m', 'In public', 'post_1', channel => 'feed_all', private => false), 'applied', 'applied');
select is((tests.the_chat('m')).status, 'waiting', 'what a member writes in public is no reply');
select tests.writes('m', 'Welcome again', 'post_2', author => 'user_host');
select is((tests.the_chat('m')).status, 'waiting', 'nor what the staff writes');
select tests.writes('m', 'Hello', 'post_3');
select is((tests.the_chat('m')).status, 'replied', 'but what the member writes in the channel');
select tests.writes('m', 'Hello', 'post_3');
select tests.writes('m', 'Hello', 'post_3');
select is((select string_agg(x.sender || ' ' || x.body, ', ' order by x.id) from public.conversation_messages x
  where x.key is null), 'staff Welcome again, member Hello', 'each is stored once');
select tests.writes('m', 'A direct message', 'post_4', channel => 'dm_unknown');
select is((select x.sender::text from public.conversation_messages x where x.provider_ref = 'post_4'), 'member',
  'a private one of a channel that is not known here');
select is(tests.writes('nobody', 'Hi', 'post_5'), 'applied', 'a stranger''s');
select is((select count(*)::integer from public.conversation_messages x where x.provider_ref = 'post_5'), 0,
  'is nobody''s');
select ok(inbox.knows_fact('whop', '{"type": "chat.posted", "provider_ref": "post_3", "channel_ref": "feed_m",
  "private": true}'), 'the reconciler knows what is here');
select ok(not inbox.knows_fact('whop', '{"type": "chat.posted", "provider_ref": "post_9", "channel_ref": "feed_m",
  "private": true}'), 'and what is not');

select * from finish();
rollback;
