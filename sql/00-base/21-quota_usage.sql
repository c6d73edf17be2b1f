create table ops.quota_usage (
  user_id uuid not null,
  what text not null,
  hour timestamptz not null,
  count integer not null,

  primary key (user_id, what, hour),
  constraint usage_is_of_a_quota foreign key (what) references ops.quotas (what) on update cascade on delete cascade
);
create index quota_usage_by_hour on ops.quota_usage (hour);
create index quota_usage_by_what on ops.quota_usage (what);
alter table ops.quota_usage enable row level security;

comment on table ops.quota_usage is
  'What each account wrote in an hour, counted for ops.quotas. Deleting a row gives nothing back.';
comment on column ops.quota_usage.hour is 'The full hour, UTC.';
