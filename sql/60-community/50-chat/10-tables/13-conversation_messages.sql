create table public.conversation_messages (
  id uuid primary key default ops.uuid7(),
  conversation_id uuid not null,
  sender public.conversation_sender not null
    default (case when ops.is_admin() then 'staff' else 'member' end)::public.conversation_sender,
  author_user_id uuid default auth.uid(),
  key text,
  way public.conversation_way not null default 'app',
  status public.conversation_message_status not null default 'sent',
  body text not null,
  provider text,
  provider_ref text,
  sent_at timestamptz default now(),
  requests integer not null default 0,
  refusals integer not null default 0,
  support_tried_at timestamptz,
  direct_tried_at timestamptz,
  error text,
  created_at timestamptz not null default now(),

  constraint a_text_is_sent_once unique (conversation_id, key),
  constraint a_message_is_stored_once unique (provider, provider_ref),
  constraint a_message_from_outside_has_its_id check ((provider is null) = (provider_ref is null)),
  constraint a_message_is_of_a_conversation foreign key (conversation_id) references public.conversations (id)
    on delete cascade,
  constraint a_body_is_not_blank check (body ~ '\S' and length(body) <= 20000),
  constraint what_was_sent_has_a_time check (status <> 'sent' or sent_at is not null),
  constraint a_text_is_the_systems check (key is null or sender = 'system')
);
create index conversation_messages_by_conversation on public.conversation_messages (conversation_id, sent_at);
create index conversation_messages_by_author on public.conversation_messages (author_user_id);

create trigger capture_change after insert or update or delete on public.conversation_messages
for each row execute function outbox.capture_change('community.message_details');
create trigger enforce_quota before insert on public.conversation_messages for each row execute function
  ops.enforce_quota();
create trigger refuse_truncate before truncate on public.conversation_messages for each statement execute function
  outbox.refuse_truncate();

alter table public.conversation_messages enable row level security;
-- Members see only their own conversations: the policy of conversations holds here too.
create policy "who reads a conversation reads what was sent, admins all" on public.conversation_messages
  for select to authenticated
  using (
    (status = 'sent' or (select ops.is_admin()))
    and exists (select 1 from public.conversations c where c.id = conversation_id)
  );
-- Only conversation_id and body are granted (sql/90-grants): the defaults set the author.
create policy "who reads a conversation writes to it" on public.conversation_messages for insert to authenticated
  with check (
    author_user_id = (select auth.uid())
    and exists (select 1 from public.conversations c where c.id = conversation_id
      and (c.status <> 'closed' or (select ops.is_admin())))
  );

comment on table public.conversation_messages is
  'What was said in a conversation, in the app and at the provider, and what is still to be sent there.';
comment on column public.conversation_messages.key is
  'Which of conversation_texts it is; a conversation has each at most once. Null: somebody wrote it.';
comment on column public.conversation_messages.way is 'Where it is, or is to be sent.';
comment on column public.conversation_messages.provider_ref is 'Its id at the provider.';
comment on column public.conversation_messages.sent_at is
  'When it was sent, by the provider''s clock where it is there. Null: it was not.';
comment on column public.conversation_messages.requests is
  'Grows whenever the courier is to take it up at once; each writes a delivery to whop_message.';
comment on column public.conversation_messages.refusals is
  'How often the provider refused it: the next attempt is another request to it.';
comment on column public.conversation_messages.support_tried_at is
  'Since when it may be in the support channel without our knowing. Null: it is not, or it is known.';
comment on column public.conversation_messages.direct_tried_at is 'The same of the direct message.';
comment on column public.conversation_messages.error is 'Why it was not sent.';
