create table public.credit_ledger (
  id uuid primary key default ops.uuid7(),
  user_id uuid,
  email text,
  credits integer not null,
  reason public.credit_reason not null,
  payment_id uuid,
  provider text,
  customer_ref text,
  note text,
  spend_key text,
  created_at timestamptz not null default now(),

  constraint an_entry_changes_the_balance check (credits <> 0),
  constraint credits_are_bought_by_a_payment foreign key (payment_id) references public.payments (id),
  constraint what_was_bought_or_refunded_names_its_payment
    check ((reason in ('bought', 'refunded')) = (payment_id is not null)),
  constraint a_key_belongs_to_a_spend 
    check (spend_key is null or (reason = 'spent' and length(spend_key) between 1 and 200)),
  constraint a_key_spends_once unique (user_id, spend_key),
  constraint a_note_is_short check (length(note) <= 2000),
  constraint an_entry_is_somebodys check (coalesce(user_id::text, email, customer_ref) is not null)
);
create index credit_ledger_by_user on public.credit_ledger (user_id);
create index credit_ledger_without_owner on public.credit_ledger (provider, customer_ref) where user_id is null;
create index credit_ledger_by_payment on public.credit_ledger (payment_id);
create index credit_ledger_of_guests on public.credit_ledger (lower(email)) where user_id is null;

alter table public.credit_ledger enable row level security;
create policy "people read their own credits, admins all" on public.credit_ledger for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.credit_ledger for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.credit_ledger for each statement execute function
  outbox.refuse_truncate();

comment on table public.credit_ledger is
  'Ledger of credits: the balance is the sum (community.balance), and never below zero, whoever writes. An entry is '
  'never deleted; a reversal is an entry of its own. To take credits: community.spend_credits.';
comment on column public.credit_ledger.credits is 'Above 0: given. Below 0: taken.';
comment on column public.credit_ledger.user_id is
  'The owner. Null: a buyer whose account is not known (yet); email and customer_ref identify the buyer.';
comment on column public.credit_ledger.customer_ref is 'The provider''s id of the buyer.';
comment on column public.credit_ledger.spend_key is
  'The key that community.spend_credits was called with: the same key spends once for an account.';
