create table ops.alert_settings (
  only_row boolean primary key default true,
  alert_from ops.severity not null default 'soon',
  cool_down interval not null default interval '15 minutes',
  digest_at time not null default '06:00',
  last_run_at timestamptz not null default now(),
  last_digest_at timestamptz not null default now(),

  constraint there_is_one_row check (only_row),
  constraint a_cool_down_is_not_negative check (cool_down >= interval '0')
);
insert into ops.alert_settings default values;
alter table ops.alert_settings enable row level security;

comment on table ops.alert_settings is
  'When people are alerted. One row: update ops.alert_settings set digest_at = ''18:00'' where only_row.';
comment on column ops.alert_settings.alert_from is 'Alerts are sent from this severity on; the digest has all.';
comment on column ops.alert_settings.cool_down is
  'Alerts that are not urgent are sent at most so often, together; and what comes back within it raises no new alert.';
comment on column ops.alert_settings.digest_at is 'When the daily digest is sent, UTC.';
comment on column ops.alert_settings.last_run_at is
  'When ops.tell_attention last ran to its end: functions/health says when that is too long ago.';
comment on column ops.alert_settings.last_digest_at is 'When the last digest was written.';
