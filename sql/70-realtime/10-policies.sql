create policy "people hear their own topic" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'user:' || (select auth.uid())::text);
-- Postgres Changes on private channels, the only ones allowed: which rows a change tells its listener is decided by the
-- table's own policies. Nobody sends anything to these topics.
create policy "accounts join channels about tables" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) ~ '^public:[a-z_]+(:|$)');
-- The changes of a cohort that Postgres Changes does not tell: which messages were hidden or deleted.
create policy "a cohort hears its own topic" on realtime.messages for select to authenticated
  using (
    extension = 'broadcast'
    and case when (select realtime.topic()) ~ '^cohort:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
      (select learning.attends(substr(realtime.topic(), 8)::uuid) or learning.teaches(substr(realtime.topic(), 8)::uuid)
        or ops.is_admin())
      else false end
  );
-- What has changed, without a row of it (console.tell_change). Who is removed as an admin hears it until the token
-- ends.
create policy "admins hear what has changed" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'admins' and (select ops.is_admin()));
