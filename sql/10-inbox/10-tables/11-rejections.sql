create table inbox.rejections (
  provider text not null,
  reason text not null,
  minute timestamptz not null,
  count integer not null default 1,
  last_at timestamptz not null default now(),
  sample jsonb not null default '{}',

  constraint rejections_are_counted_by_minute primary key (provider, reason, minute),
  constraint a_minute_is_whole check (minute = date_trunc('minute', minute, 'UTC'))
);

alter table inbox.rejections enable row level security;

comment on table inbox.rejections is
  'Rejected requests and the reason, counted per minute. No body of an unauthentic request is stored.';
comment on column inbox.rejections.reason is 'The error code in the response.';
comment on column inbox.rejections.sample is 'The latest one: sizes and header names, redacted.';
comment on column inbox.rejections.last_at is 'When the latest one was rejected.';
