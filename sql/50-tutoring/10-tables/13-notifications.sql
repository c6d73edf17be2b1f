create table public.notifications (
  id uuid primary key default ops.uuid7(),
  user_id uuid not null,
  kind text not null,
  title text not null,
  body text,
  session_recap_id uuid,
  tutoring_session_id uuid,
  in_app boolean not null default true,
  by_email boolean not null default true,
  created_at timestamptz not null default now(),
  read_at timestamptz,

  constraint somebody_is_notified_of_a_recap_once unique (user_id, kind, session_recap_id),
  constraint a_notification_is_of_a_recap foreign key (session_recap_id) references public.session_recaps (id)
    on delete cascade,
  constraint a_notification_is_of_a_session foreign key (tutoring_session_id)
    references public.tutoring_sessions (id) on delete cascade,
  constraint a_kind_is_lower_case check (kind ~ '^[a-z][a-z0-9_]*$')
);
create index notifications_by_recap on public.notifications (session_recap_id);
create index notifications_by_session on public.notifications (tutoring_session_id);

create trigger capture_change after insert or update or delete on public.notifications
for each row execute function outbox.capture_change('tutoring.notification_details');
create trigger refuse_truncate before truncate on public.notifications for each statement execute function
  outbox.refuse_truncate();

alter table public.notifications enable row level security;
create policy "people read their own notifications" on public.notifications for select to authenticated
  using (user_id = (select auth.uid()) and in_app);
-- Only read_at may be updated (sql/90-grants).
create policy "people mark their own notifications as read" on public.notifications for update to authenticated
  using (user_id = (select auth.uid()) and in_app) with check (user_id = (select auth.uid()) and in_app);

comment on table public.notifications is 'Notifications of an account, shown in the apps.';
comment on column public.notifications.kind is
  'What it is about, for apps with texts or icons of their own: recap_ready, session_rescheduled, session_cancelled, '
  'session_no_show, session_reminder.';
comment on column public.notifications.session_recap_id is 'The recap it links to.';
comment on column public.notifications.tutoring_session_id is 'The session it links to.';
comment on column public.notifications.in_app is
  'Whether its account sees it: as notification_preferences had it when it was made.';
comment on column public.notifications.by_email is 'Whether make.com is told, to write an e-mail.';
comment on column public.notifications.read_at is 'When it was read; set by the account itself.';
