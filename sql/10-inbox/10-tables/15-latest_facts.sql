create table inbox.latest_facts (
  provider text not null,
  thing text not null,
  moment timestamptz not null,
  facts jsonb not null,
  undecided boolean not null default false,
  updated_at timestamptz not null default now(),

  constraint what_was_last_said_of_a_thing_is_one_row primary key (provider, thing),
  constraint facts_are_a_list check (jsonb_typeof(facts) = 'array')
);
create index latest_facts_undecided on inbox.latest_facts (provider, updated_at) where undecided;
create index latest_facts_by_time on inbox.latest_facts (updated_at);

alter table inbox.latest_facts enable row level security;

comment on table inbox.latest_facts is
  'The latest facts of customers, memberships, products and disputes. Where several facts have the same time, '
  'inbox.latest_of decides from all of them which is the latest.';
comment on column inbox.latest_facts.thing is 'Its kind and the provider''s id of it: membership/sub_1.';
comment on column inbox.latest_facts.moment is
  'When the latest fact happened, by the provider''s clock; many providers count whole seconds.';
comment on column inbox.latest_facts.facts is 'All facts of that time, each with the id of its event (event_id).';
comment on column inbox.latest_facts.undecided is
  'The facts do not show which is the latest: the provider is asked (inbox.to_ask_about).';
comment on column inbox.latest_facts.updated_at is 'When the last of them was received.';
