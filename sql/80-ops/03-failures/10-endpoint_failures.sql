create table ops.endpoint_failures (
  endpoint text not null,
  code text not null,
  message text not null,
  minute timestamptz not null,
  count integer not null default 1,
  last_at timestamptz not null default now(),

  constraint failures_are_counted_by_minute primary key (endpoint, code, message, minute),
  constraint a_minute_is_whole check (minute = date_trunc('minute', minute, 'UTC'))
);
create index endpoint_failures_by_minute on ops.endpoint_failures (minute);
alter table ops.endpoint_failures enable row level security;

comment on table ops.endpoint_failures is
  'Requests of buyers that we could not serve through no fault of theirs (status 5xx), counted per minute. Requests '
  'that failed because the database was away are not here.';
comment on column ops.endpoint_failures.endpoint is 'The function: checkout, payment-status.';
comment on column ops.endpoint_failures.code is 'The error code in the response, as in docs/errors.md.';
comment on column ops.endpoint_failures.message is 'What the response said.';
comment on column ops.endpoint_failures.last_at is 'When the latest one failed.';
