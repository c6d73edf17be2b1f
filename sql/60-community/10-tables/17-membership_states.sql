create table community.membership_states (
  membership_id uuid not null,
  occurred_at timestamptz not null,
  event_id text not null,
  status public.membership_status not null,
  period_start timestamptz,
  period_end timestamptz,

  primary key (membership_id, occurred_at, event_id),
  constraint a_state_is_of_a_membership foreign key (membership_id) references public.memberships (id)
    on delete cascade
);

alter table community.membership_states enable row level security;

comment on table community.membership_states is
  'Every state that a provider''s events told of a membership, with its period, in whatever order they arrived. Since '
  'when a payment is owed follows from it.';
comment on column community.membership_states.occurred_at is 'When the provider says that it was so.';
comment on column community.membership_states.period_start is
  'When the period that it names began. Null: it names none.';
comment on column community.membership_states.period_end is 'When the period that it names ends. Null: it names none.';
comment on column community.membership_states.event_id is 'The provider''s id of the event.';
