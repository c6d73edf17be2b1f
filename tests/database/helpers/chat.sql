-- Memberships of today, and what is said to members.

create function tests.joins(ref text, more jsonb default '{}', provider text default 'whop', ago interval default '0')
  returns text
language sql as $$
  select string_agg(r.status::text, ' ') from inbox.receive(to_jsonb(array[tests.an_event(
    'evt_' || joins.ref || '_' || nextval('tests.event_number'),
    tests.fact_membership(joins.ref, 'active') || jsonb_build_object(
      'occurred_at', ops.iso_utc(now() - joins.ago), 'customer_ref', 'user_' || joins.ref) || joins.more
  ) || jsonb_build_object('provider', joins.provider)])) r
$$;
comment on function tests.joins(text, jsonb, text, interval) is
  'A membership as of so long ago, active unless more says otherwise; its member is user_<ref>.';

create function tests.the_chat(ref text) returns public.conversations
language sql stable as $$
  select c from public.conversations c join public.memberships m on m.id = c.membership_id
  where m.provider_ref = the_chat.ref
$$;

create function tests.the_text(ref text, key text default 'welcome') returns public.conversation_messages
language sql stable as $$
  select x from public.conversation_messages x
  where x.conversation_id = (tests.the_chat(the_text.ref)).id and x.key = the_text.key
$$;

create function tests.is_welcomed(ref text) returns void
language sql as $$
  select community.begin_post((tests.the_text(ref)).id, 'support', 'feed_' || ref);
  select community.note_sent((tests.the_text(ref)).id, 'support', 'post_welcome_' || ref, now());
$$;
comment on function tests.is_welcomed(text) is 'As the courier does it: the welcome is in the channel feed_<ref>.';

create function tests.writes(ref text, body text, post text, author text default null, channel text default null,
  private boolean default true) returns text
language sql as $$
  select string_agg(r.status::text, ' ') from inbox.receive(to_jsonb(array[tests.an_event(
    'evt_' || post || '_' || nextval('tests.event_number'),
    jsonb_build_object('type', 'chat.posted', 'occurred_at', ops.iso_utc(now()), 'provider_ref', post, 'channel_ref',
      coalesce(writes.channel, 'feed_' || ref), 'private', writes.private, 'author_ref',
      coalesce(writes.author, 'user_' || ref), 'author_name', null, 'body', writes.body)
  ) || '{"provider": "whop"}'])) r
$$;

create function tests.causes(ref text) returns text
language sql stable as $$
  select string_agg(t.cause, ' ' order by t.id) from public.conversation_transitions t
  where t.conversation_id = (tests.the_chat(ref)).id
$$;
