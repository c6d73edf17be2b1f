create table community.transition_rules (
  from_status public.conversation_status not null,
  cause text not null,
  to_status public.conversation_status not null,
  description text not null,

  primary key (from_status, cause),
  constraint a_cause_is_a_word check (cause ~ '^[a-z_]+$'),
  constraint nothing_becomes_new check (to_status <> 'new')
);
alter table community.transition_rules enable row level security;

comment on table community.transition_rules is
  'Every legal step of a conversation: from a status, by a cause, to a status. Nothing else is possible; '
  'community.guard_conversation holds it.';

comment on column community.transition_rules.cause is 'What happened, in a word.';

insert into community.transition_rules (from_status, cause, to_status, description) values
  ('new', 'membership_valid', 'welcoming', 'A membership became valid: the welcome is sent.'),
  ('new', 'no_outside_chat', 'internal', 'Its provider has no chat, or no member is named: the app is the only place.'),
  ('welcoming', 'welcome_sent', 'waiting', 'The welcome is in the support channel.'),
  ('welcoming', 'refused', 'second_way', 'The provider refuses the support channel: a direct message is tried.'),
  ('welcoming', 'no_answer', 'second_way', 'It could not be sent for second_way_after: a direct message is tried.'),
  ('welcoming', 'reply', 'replied', 'The member wrote before the welcome was known to be there.'),
  ('welcoming', 'staff', 'internal', 'An admin moved it to the app.'),
  ('second_way', 'welcome_sent', 'waiting', 'The welcome is in a direct message.'),
  ('second_way', 'unreachable', 'internal', 'Neither way works: a ticket is opened, and the chat is in the app.'),
  ('second_way', 'reply', 'replied', 'As from welcoming.'),
  ('second_way', 'staff', 'internal', 'An admin moved it to the app.'),
  ('waiting', 'reply', 'replied', 'The member replied.'),
  ('waiting', 'timeout', 'handing_over', 'No reply within reply_timeout.'),
  ('waiting', 'staff', 'handing_over', 'An admin hands it over.'),
  ('replied', 'handover', 'handing_over', 'handover_delay after the reply.'),
  ('replied', 'staff', 'handing_over', 'An admin hands it over.'),
  ('handing_over', 'handed_over', 'internal', 'The member was told where the chat goes on.'),
  ('handing_over', 'handover_unsent', 'internal', 'That could not be sent: the chat goes on all the same.'),
  ('welcoming', 'membership_ended', 'closed', 'The membership ended.'),
  ('second_way', 'membership_ended', 'closed', 'The membership ended.'),
  ('waiting', 'membership_ended', 'closed', 'The membership ended.'),
  ('replied', 'membership_ended', 'closed', 'The membership ended.'),
  ('handing_over', 'membership_ended', 'closed', 'The membership ended.'),
  ('internal', 'membership_ended', 'closed', 'The membership ended.'),
  ('closed', 'membership_valid', 'welcoming', 'Valid again, and never welcomed.'),
  ('closed', 'back_before_reply', 'waiting', 'Valid again; the welcome is there.'),
  ('closed', 'back_after_reply', 'replied', 'Valid again; the member had replied.'),
  ('closed', 'back_in_app', 'internal', 'Valid again; the chat was in the app.');
