create table public.conversations (
  id uuid primary key default ops.uuid7(),
  membership_id uuid not null,
  user_id uuid,
  status public.conversation_status not null,
  cause text not null,
  status_since timestamptz not null default now(),
  language text not null default 'en',
  support_channel text,
  direct_channel text,
  welcomed_at timestamptz,
  replied_at timestamptz,
  handed_over_at timestamptz,
  member_read_at timestamptz,
  staff_read_at timestamptz,
  ticket_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_membership_has_one_conversation unique (membership_id),
  constraint a_conversation_is_of_a_membership foreign key (membership_id) references public.memberships (id)
    on delete cascade,
  constraint a_ticket_is_one_of_ours foreign key (ticket_id) references public.support_tickets (id) on delete set null,
  constraint a_conversation_has_begun check (status <> 'new'),
  constraint a_language_is_a_code check (language ~ '^[a-z]{2}(-[A-Z]{2})?$')
);
create index conversations_by_user on public.conversations (user_id);
create index conversations_by_status on public.conversations (status, status_since);
create index conversations_by_support_channel on public.conversations (support_channel)
  where support_channel is not null;
create index conversations_by_direct_channel on public.conversations (direct_channel)
  where direct_channel is not null;
create index conversations_by_ticket on public.conversations (ticket_id) where ticket_id is not null;

alter table public.conversations enable row level security;
create policy "members read their own conversations, admins all" on public.conversations for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));
-- Only language is granted (sql/90-grants).
create policy "admins set the language" on public.conversations for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.conversations for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.conversations for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.conversations for each statement execute function
  outbox.refuse_truncate();

comment on table public.conversations is
  'The chat with a member, one a membership: first at the provider, then in the app. How it goes on: '
  'community.transition_rules; how it went: conversation_transitions.';
comment on column public.conversations.user_id is 'The account of its membership. Null: not known (yet).';
comment on column public.conversations.cause is 'Why it has this status: community.transition_rules.cause.';
comment on column public.conversations.status_since is 'Since when it has this status.';
comment on column public.conversations.language is 'In which its texts are written: fr. Changed by an admin.';
comment on column public.conversations.support_channel is 'The provider''s id of the support channel, once known.';
comment on column public.conversations.direct_channel is 'The provider''s id of the direct message, once known.';
comment on column public.conversations.welcomed_at is 'When the welcome was there.';
comment on column public.conversations.replied_at is 'When the member first wrote.';
comment on column public.conversations.handed_over_at is 'When it first went on in the app.';
comment on column public.conversations.member_read_at is
  'What was sent until then the member has read: public.mark_conversation_read.';
comment on column public.conversations.staff_read_at is 'What was sent until then an admin has read.';
comment on column public.conversations.ticket_id is 'The ticket that was opened because the member cannot be reached.';
