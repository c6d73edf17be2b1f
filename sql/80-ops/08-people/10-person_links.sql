create table ops.person_links (
  id uuid primary key default ops.uuid7(),
  user_id uuid not null,
  email text not null,
  how text not null,
  reason text,
  linked_by text not null default coalesce(ops.my_email(), session_user),
  found boolean not null default false,
  rows jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_link_is_by_confirmation_or_by_hand check (how in ('confirmed', 'by_hand')),
  constraint a_link_by_hand_has_a_reason check ((how = 'by_hand') = (reason is not null)),
  constraint a_reason_is_not_blank check (reason ~ '\S' and length(reason) <= 2000),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint rows_are_by_table check (jsonb_typeof(rows) = 'object'),
  constraint found_says_whether_there_are_rows check (found = (rows <> '{}'))
);
create unique index a_confirmation_is_recorded_once on ops.person_links (user_id, email) where how = 'confirmed';
create index person_links_by_email on ops.person_links (email);
create index person_links_confirmed_at on ops.person_links (created_at) where how = 'confirmed';
alter table ops.person_links enable row level security;

create trigger touch before update on ops.person_links for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on ops.person_links for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on ops.person_links for each statement execute function
  outbox.refuse_truncate();

comment on table ops.person_links is
  'Which purchases were linked to which account after they were made, and why: the audit trail of ops.link_confirmed '
  'and ops.link_person. One row for each address that an account confirmed, one for each link by hand.';
comment on column ops.person_links.user_id is 'The account (auth.users).';
comment on column ops.person_links.email is 'The address that the purchases were made under, in lower case.';
comment on column ops.person_links.how is
  'confirmed: the account confirmed the address. by_hand: an admin linked them (ops.link_person).';
comment on column ops.person_links.linked_by is 'By hand: the admin, or the database role.';
comment on column ops.person_links.found is 'Whether anything was linked.';
comment on column ops.person_links.rows is 'The ids of the linked rows, by table: {"orders": ["…"]}.';

insert into outbox.routes (destination, message_type, table_name, operations, when_column, becomes, description) values
  ('make', 'person.linked', 'ops.person_links', '{INSERT,UPDATE}', 'found', 'true',
    'Purchases of a guest are in the account now: tell data.email.');
