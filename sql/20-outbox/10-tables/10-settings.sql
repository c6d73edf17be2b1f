create table outbox.settings (
  only_row boolean primary key default true,
  functions_url text,
  constraint there_is_one_row check (only_row),
  constraint the_address_is_http check (functions_url ~ '^https?://[^/]')
);
insert into outbox.settings default values;

alter table outbox.settings enable row level security;

comment on table outbox.settings is 'One row: where this project''s functions live.';
comment on column outbox.settings.functions_url is
  'Base address of the functions, without a slash at the end: https://<ref>.supabase.co/functions/v1. Null: no '
  'doorbell; cron and the webhooks'' tails still cannot ring, only the tails deliver.';
