create table public.customers (
  id uuid primary key default ops.uuid7(),
  email text,
  name text,
  phone text,
  user_id uuid,
  provider text not null,
  provider_ref text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz not null,
  as_of_event text not null,

  constraint a_provider_names_a_customer_once unique (provider, provider_ref)
);
create index customers_by_user on public.customers (user_id);
create index customers_by_email on public.customers (lower(email));

alter table public.customers enable row level security;
create policy "buyers read their own customer record, admins all" on public.customers for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.customers for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.customers for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.customers for each statement execute function
  outbox.refuse_truncate();

comment on table public.customers is 'Customer records of the providers.';
comment on column public.customers.user_id is 'The account with the same, confirmed, e-mail address.';
comment on column public.customers.provider_ref is 'The provider''s id of the customer.';
comment on column public.customers.as_of is
  'The time of the provider''s record that is stored here; an older event is not applied.';
comment on column public.customers.as_of_event is 'The provider''s id of the event it is from.';
comment on column public.customers.phone is 'Phone number, as the provider has it.';
