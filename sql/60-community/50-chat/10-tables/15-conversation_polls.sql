create table community.conversation_polls (
  conversation_id uuid primary key,
  polled_at timestamptz not null,

  constraint a_poll_is_of_a_conversation foreign key (conversation_id) references public.conversations (id)
    on delete cascade
);
alter table community.conversation_polls enable row level security;

comment on table community.conversation_polls is 'Until when the channels of a conversation were read for replies.';
comment on column community.conversation_polls.polled_at is 'What was sent until then has been read.';
