create table inbox.transmissions (
  provider text not null,
  ref text not null,
  body_sha256 text not null,
  received_at timestamptz not null default now(),
  primary key (provider, ref),
  constraint a_transmission_is_of_a_provider foreign key (provider) references inbox.providers (name),
  constraint a_digest_is_hexadecimal check (body_sha256 ~ '^[0-9a-f]{64}$')
);
create index transmissions_by_age on inbox.transmissions (received_at);

alter table inbox.transmissions enable row level security;

comment on table inbox.transmissions is
  'Which body each signature of the last days was sent with, for providers that sign too little of the body (PayPal: a '
  'CRC-32 of it). An event that their API is not asked about is refused with another body.';
comment on column inbox.transmissions.ref is 'What the provider signed instead of the body: PayPal''s transmission id.';
comment on column inbox.transmissions.body_sha256 is 'SHA-256 of the first body that was sent with it, in hexadecimal.';
comment on column inbox.transmissions.received_at is 'When the first one was received.';
