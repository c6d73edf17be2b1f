create table outbox.settings (
  only_row boolean primary key default true,
  functions_url text,
  console_url text,
  constraint there_is_one_row check (only_row),
  constraint the_address_is_http check (functions_url ~ '^https?://[^/]'),
  constraint the_console_is_at_an_http_address check (console_url ~ '^https?://[^/].*/$')
);
insert into outbox.settings default values;

alter table outbox.settings enable row level security;

comment on table outbox.settings is 'One row: the addresses of this project''s functions and of its console.';
comment on column outbox.settings.functions_url is
  'Base URL of the functions, without a slash at the end: https://<ref>.supabase.co/functions/v1. Null: no doorbell; '
  'only the delivery run after each inbound webhook sends messages.';
comment on column outbox.settings.console_url is
  'Where admins open the console, with a slash at the end: ops.event_steps links to it. Null: no links.';
