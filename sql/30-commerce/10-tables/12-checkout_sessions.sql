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
create index checkout_sessions_to_expire on public.checkout_sessions (expires_at) where status = 'open';

alter table public.checkout_sessions enable row level security;
create policy "buyers read their own checkouts, admins all" on public.checkout_sessions for select to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.checkout_sessions for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.checkout_sessions for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.checkout_sessions for each statement execute function
  outbox.refuse_truncate();

comment on table public.checkout_sessions is
  'What a buyer is about to pay for. Its id is what every provider''s object names.';
comment on column public.checkout_sessions.id is 'Random, not guessable: a guest''s only key to it.';
comment on column public.checkout_sessions.guest is
  'Opened by somebody who was not signed in, whoever owns the address: what guests may hold is limited '
  '(commerce.settings).';
comment on column public.checkout_sessions.total_minor is 'What must be captured, in minor units.';
comment on column public.checkout_sessions.expires_at is
  'An open checkout past this is expired by cron, and its stock given back.';
comment on column public.checkout_sessions.expired_at is 'When it expired, here or at the provider.';
comment on column public.checkout_sessions.cancelled_at is
  'When the buyer came back by the cancel URL (commerce.cancel_checkout).';
comment on column public.checkout_sessions.returned_at is
  'When the storefront first asked how it stands (functions/payment-status).';
