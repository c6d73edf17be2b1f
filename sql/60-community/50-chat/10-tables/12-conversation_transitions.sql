create table public.conversation_transitions (
  id uuid primary key default ops.uuid7(),
  conversation_id uuid not null,
  from_status public.conversation_status not null,
  cause text not null,
  to_status public.conversation_status not null,
  event_id uuid,
  happened_at timestamptz not null,
  created_at timestamptz not null default now(),

  constraint a_transition_is_of_a_conversation foreign key (conversation_id) references public.conversations (id)
    on delete cascade,
  constraint a_transition_is_legal foreign key (from_status, cause)
    references community.transition_rules (from_status, cause)
);
create index conversation_transitions_by_conversation on public.conversation_transitions (conversation_id, id);
create index conversation_transitions_by_rule on public.conversation_transitions (from_status, cause);

alter table public.conversation_transitions enable row level security;
create policy "admins read transitions" on public.conversation_transitions for select to authenticated
  using ((select ops.is_admin()));

comment on table public.conversation_transitions is
  'Every step that a conversation took, and why. Written by community.record_transition.';
comment on column public.conversation_transitions.cause is 'Why it was taken: community.transition_rules.cause.';
comment on column public.conversation_transitions.happened_at is
  'When what caused it happened: an event at the provider, or a time that was reached.';
comment on column public.conversation_transitions.event_id is
  'The event of inbox.events that caused it. Null: no event did (the clock, the courier, an admin).';
