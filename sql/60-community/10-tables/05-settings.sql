create table community.settings (
  only_row boolean primary key default true,
  grace_period interval not null default '7 days',
  conversations boolean not null default true,
  language text not null default 'en',
  chat_url text,
  welcome_within interval not null default '3 days',
  second_way_after interval not null default '2 hours',
  give_up_after interval not null default '1 day',
  reminders interval[] not null default '{1 day,3 days}',
  reply_timeout interval not null default '7 days',
  handover_delay interval not null default '0',
  handover_timeout interval not null default '1 day',
  poll_every interval not null default '5 minutes',

  constraint there_is_one_row check (only_row),
  constraint no_time_is_negative check (
    least(grace_period, welcome_within, second_way_after, give_up_after, reply_timeout, handover_delay,
      handover_timeout) >= interval '0'
  ),
  constraint a_poll_is_a_minute_apart check (poll_every >= interval '1 minute'),
  constraint there_are_at_most_9_reminders check (cardinality(reminders) <= 9
    and array_position(reminders, null) is null),
  constraint a_language_is_a_code check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  constraint a_chat_url_is_an_address check (chat_url ~ '^https?://')
);
insert into community.settings default values;

alter table community.settings enable row level security;

comment on table community.settings is
  'One row: how memberships give access, and how the members'' chat runs. update community.settings set reply_timeout '
  '= ''10 days''. Takes effect at once.';
comment on column community.settings.grace_period is
  'How long a member keeps access after a payment failed, and after a period whose renewal was not received.';
comment on column community.settings.conversations is
  'Whether a membership that becomes valid starts a conversation: community.connect_chat, disconnect_chat.';
comment on column community.settings.language is 'Of new conversations, and where a text is missing in another.';
comment on column community.settings.chat_url is
  'Where the internal chat is, for {chat_link} in the texts; ?conversation=<id> is added. Null: there is no link.';
comment on column community.settings.welcome_within is
  'A membership whose period began longer ago than this is not welcomed: it is known here late, and not new.';
comment on column community.settings.second_way_after is
  'How long the support channel is tried before a direct message is.';
comment on column community.settings.give_up_after is
  'How long the direct message is tried before a person is told and the chat goes on in the app.';
comment on column community.settings.reminders is
  'When a member who does not reply is reminded, from the welcome on; the n-th sends the text reminder_n.';
comment on column community.settings.reply_timeout is
  'How long a reply is waited for before the chat goes on in the app.';
comment on column community.settings.handover_delay is 'How long after the first reply the chat goes on in the app.';
comment on column community.settings.handover_timeout is
  'How long the message about that is tried before the chat goes on without it.';
comment on column community.settings.poll_every is
  'How often channels at the provider are read for replies whose webhook did not arrive.';
