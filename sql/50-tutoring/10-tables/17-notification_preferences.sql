create table public.notification_preferences (
  user_id uuid not null default auth.uid(),
  kind text not null,
  in_app boolean not null default true,
  by_email boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint an_account_has_one_preference_for_a_kind primary key (user_id, kind),
  constraint a_kind_is_lower_case check (kind ~ '^[a-z][a-z0-9_]{0,62}$')
);

alter table public.notification_preferences enable row level security;
create policy "people read their own preferences, admins all" on public.notification_preferences for select
  to authenticated using (user_id = (select auth.uid()) or (select ops.is_admin()));
create policy "people set their own preferences" on public.notification_preferences for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy "people change their own preferences" on public.notification_preferences for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "people remove their own preferences" on public.notification_preferences for delete to authenticated
  using (user_id = (select auth.uid()));

create trigger touch before update on public.notification_preferences
for each row execute function ops.touch_updated_at();
create trigger enforce_quota before insert or update on public.notification_preferences
for each row execute function ops.enforce_quota();

comment on table public.notification_preferences is
  'Which notifications an account wants, and how. Without a row for a kind: in the app and by e-mail.';
comment on column public.notification_preferences.kind is 'notifications.kind.';
comment on column public.notification_preferences.in_app is 'Whether the app shows them.';
comment on column public.notification_preferences.by_email is
  'Whether make.com is asked to write: notification.created, and write_to of other messages.';
