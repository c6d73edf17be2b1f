create table public.error_reports (
  id uuid primary key default ops.uuid7(),
  user_id uuid default auth.uid(),
  app text not null,
  version text,
  message text not null,
  details jsonb,
  occurred_at timestamptz not null default now(),
  resolved_at timestamptz,
  created_at timestamptz not null default now(),

  constraint an_app_is_not_blank check (app ~ '\S' and length(app) <= 100),
  constraint a_version_is_short check (length(version) <= 100),
  constraint a_message_is_not_blank check (message ~ '\S' and length(message) <= 2000),
  constraint details_are_at_most_20_kb check (octet_length(details::text) <= 20480)
);
create index error_reports_by_user on public.error_reports (user_id);

alter table public.error_reports enable row level security;
create policy "admins read error reports" on public.error_reports for select to authenticated
  using ((select ops.is_admin()));
-- user_id is not granted (sql/90-grants): the default sets it.
create policy "people report errors" on public.error_reports for insert to authenticated with
  check (user_id = (select auth.uid()));
-- Only resolved_at is granted.
create policy "admins resolve error reports" on public.error_reports for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.error_reports for each row execute function
  outbox.capture_change();
create trigger enforce_quota before insert on public.error_reports for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.error_reports for each statement execute function
  outbox.refuse_truncate();

comment on table public.error_reports is
  'Errors in an app. Every signed-in account may report; only admins read, so that an account cannot read even its own '
  'report: insert without asking for the row back.';
comment on column public.error_reports.details is 'Any data that helps to find the cause, up to 20 kB.';
comment on column public.error_reports.occurred_at is 'By the clock of the device.';
comment on column public.error_reports.resolved_at is 'When an admin resolved it.';
comment on column public.error_reports.app is 'Which app reports it.';
comment on column public.error_reports.version is 'The app''s version.';
comment on column public.error_reports.message is 'What went wrong, as the app says it.';
