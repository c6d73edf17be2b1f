create table public.checkout_requests (
  caller text not null,
  key text not null,
  fingerprint text not null,
  checkout_session_id uuid,
  answer jsonb,
  claimed_until timestamptz not null,
  created_at timestamptz not null default now(),

  primary key (caller, key),
  constraint a_request_opens_a_checkout foreign key (checkout_session_id) references public.checkout_sessions (id)
    on delete cascade
);
create index checkout_requests_by_checkout on public.checkout_requests (checkout_session_id);
create index checkout_requests_by_age on public.checkout_requests (created_at);

alter table public.checkout_requests enable row level security;

comment on table public.checkout_requests is
  'Calls of functions/checkout by their Idempotency-Key: a repeated call gets the first response.';
comment on column public.checkout_requests.caller is 'The account, or guest.';
comment on column public.checkout_requests.fingerprint is 'SHA-256 of the request: a key stands for one request.';
comment on column public.checkout_requests.answer is
  'The response, without the token. Null: the provider is being asked.';
comment on column public.checkout_requests.claimed_until is
  'Until this time the first caller asks the provider; after that the next caller may.';
comment on column public.checkout_requests.key is 'The caller''s own key of the request.';
