create table commerce.checkout_limits (
  key text primary key,
  tokens numeric not null,
  refilled_at timestamptz not null default now()
);
create index checkout_limits_by_age on commerce.checkout_limits (refilled_at);
alter table commerce.checkout_limits enable row level security;

comment on table commerce.checkout_limits is
  'Token buckets that limit the opening of checkouts, by a hash of the network address or the e-mail address.';
comment on column commerce.checkout_limits.tokens is 'How many checkouts may still be opened, as of refilled_at.';
comment on column commerce.checkout_limits.key is 'Who is limited: an account, or where a guest comes from.';
comment on column commerce.checkout_limits.refilled_at is 'When its allowance was last computed.';
