-- For ops.attention. A route that cannot write messages fails silently: it is reported nowhere else.
create function outbox.dead_routes() returns table (id bigint, destination text, message_type text, why text)
language sql stable
set search_path = ''
as $$
  select r.id, r.destination, coalesce(r.message_type, array_to_string(r.event_types, ', ')), w.why
  from outbox.routes r
  cross join lateral (
    select case
      when r.table_name is null then
        case when not exists (select 1 from inbox.providers p where p.name = r.provider) then
          format('There is no provider %s in inbox.providers.', r.provider)
        end
      when to_regclass(r.table_name) is null then format('There is no table %s. It was renamed or dropped.',
        r.table_name)
      when not exists (
        select 1 from pg_catalog.pg_trigger t
        where t.tgrelid = to_regclass(r.table_name) and t.tgfoid = 'outbox.capture_change()'::regprocedure
          and t.tgenabled <> 'D'
      ) then format('%s has no enabled trigger that runs outbox.capture_change().', r.table_name)
      when r.when_column is not null and not exists (
        select 1 from pg_catalog.pg_attribute a
        where a.attrelid = to_regclass(r.table_name) and a.attname = r.when_column and a.attnum > 0
          and not a.attisdropped
      ) then format('%s has no column %s. It was renamed or dropped.', r.table_name, r.when_column)
    end as why
  ) w
  where r.enabled and w.why is not null
$$;
comment on function outbox.dead_routes() is
  'Enabled routes that cannot write a message, and why: their table, its trigger or the column they name does not '
  'exist. Shown in ops.attention.';
