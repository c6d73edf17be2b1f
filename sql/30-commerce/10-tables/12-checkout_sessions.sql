create table public.checkout_sessions (
  id uuid primary key default gen_random_uuid(),
  status public.checkout_status not null default 'open',
  email text not null,
  user_id uuid,
  guest boolean not null default false,
  total_minor bigint not null,
  currency text not null,
  expires_at timestamptz not null default now() + interval '1 hour',
  completed_at timestamptz,
  expired_at timestamptz,
  cancelled_at timestamptz,
  returned_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_total_is_not_negative check (total_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint a_completed_checkout_says_when check ((status = 'payment_completed') = (completed_at is not null))
);
create index checkout_sessions_by_user on public.checkout_sessions (user_id);
create index checkout_sessions_by_email on public.checkout_sessions (lower(email));
create index checkout_sessions_to_expire on public.checkout_sessions (expires_at) where status = 'open';

alter table public.checkout_sessions enable row level security;
create policy "buyers read their own checkouts, admins all" on public.checkout_sessions for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.checkout_sessions for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.checkout_sessions for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.checkout_sessions for each statement execute function
  outbox.refuse_truncate();

comment on table public.checkout_sessions is 'What a buyer wants to pay for. Every provider''s object names its id.';
comment on column public.checkout_sessions.id is
  'Random, not guessable: for a guest it is the only key to the checkout.';
comment on column public.checkout_sessions.guest is
  'Opened without signing in, even when the e-mail address has an account: what guests may hold is limited '
  '(commerce.settings).';
comment on column public.checkout_sessions.total_minor is 'What must be captured, in minor units.';
comment on column public.checkout_sessions.expires_at is
  'An open checkout past this time is expired by cron, and its stock is released.';
comment on column public.checkout_sessions.expired_at is 'When it expired, here or at the provider.';
comment on column public.checkout_sessions.cancelled_at is
  'When the buyer returned by the cancel URL (commerce.cancel_checkout).';
comment on column public.checkout_sessions.returned_at is
  'When the storefront first asked for its status (functions/payment-status).';
