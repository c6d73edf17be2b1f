create table public.memberships (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  status public.membership_status not null,
  email text,
  email_as_of timestamptz,
  user_id uuid,
  customer_ref text,
  product_ref text,
  current_period_start timestamptz,
  current_period_end timestamptz,
  cancel_at_period_end boolean not null default false,
  past_due_since timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz not null,
  as_of_event text not null,

  constraint an_address_is_as_of_when check ((email is null) = (email_as_of is null)),
  constraint a_provider_names_a_membership_once unique (provider, provider_ref)
);
create index memberships_by_user on public.memberships (user_id);
create index memberships_by_customer on public.memberships (provider, customer_ref) where customer_ref is not null;
create index memberships_of_guests on public.memberships (lower(email)) where user_id is null;

alter table public.memberships enable row level security;
create policy "members read their own membership, admins all" on public.memberships for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.memberships for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.memberships for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.memberships for each statement execute function
  outbox.refuse_truncate();

comment on table public.memberships is
  'Subscriptions and community memberships, one row per subscription or membership at the provider.';
comment on column public.memberships.product_ref is 'The provider''s id of the price, plan or product.';
comment on column public.memberships.past_due_since is
  'Since when a payment has been owed, while status is past_due. Access lasts community.settings.grace_period longer.';
comment on column public.memberships.email is 'The latest address in the provider''s events: not every event has one.';
comment on column public.memberships.email_as_of is 'The time of that event.';
comment on column public.memberships.as_of is
  'The time of the provider''s record that is stored here; an older event is not applied.';
comment on column public.memberships.as_of_event is 'The provider''s id of the event it is from.';
