create function outbox.refuse_truncate() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception 'TRUNCATE of %.% would remove rows without writing their messages', tg_table_schema, tg_table_name
    using hint = format(
      'Remove them by delete from %1$I.%2$I where …, which writes their messages. To remove them without messages: '
      'alter table %1$I.%2$I disable trigger user first.',
      tg_table_schema, tg_table_name
    );
end
$$;
comment on function outbox.refuse_truncate() is
  'Statement trigger of every table with the trigger capture_change: TRUNCATE runs no row trigger, so no message would '
  'be written.';
