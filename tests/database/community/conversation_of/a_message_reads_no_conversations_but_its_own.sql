begin;
select plan(3);

-- It was looked up by reading all conversations: each message cost more with each member.
select tests.joins('m' || n) from generate_series(1, 50) n;
update public.conversations c set support_channel = 'feed_' || m.provider_ref
from public.memberships m where m.id = c.membership_id;
create temp table chats as select (tests.the_chat('m7')).id as seven, (tests.the_chat('m8')).id as eight;
create temp table reads as select tests.rows_read('public.conversations', 'public.memberships') as before;
set local enable_seqscan = off;

select is(
  community.conversation_of('whop', '{"channel_ref": "feed_m7", "private": true, "author_ref": "user_nobody"}'),
  (select c.seven from chats c), 'it is found by its channel'
);
select is(
  community.conversation_of('whop', '{"channel_ref": "feed_new", "private": true, "author_ref": "user_m8"}'),
  (select c.eight from chats c), 'and by its author'
);
select cmp_ok(tests.rows_read('public.conversations', 'public.memberships') - (select r.before from reads r), '<',
  30::bigint, 'and few rows are read');

select * from finish();
rollback;
