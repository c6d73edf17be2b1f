create policy "people hear their own topic" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'user:' || (select auth.uid())::text);
-- Postgres Changes on private channels, the only ones allowed: which rows a change tells its listener is decided by the
-- table's own policies. Nobody sends anything to these topics.
create policy "accounts join channels about tables" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) ~ '^public:[a-z_]+(:|$)');
