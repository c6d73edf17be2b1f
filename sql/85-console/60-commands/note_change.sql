create function console.note_change() returns trigger
language plpgsql
security definer -- the writer of a row has no right to write to the console's tables
set search_path = ''
as $$
begin
  insert into console.previewed (table_name, operation, before, after)
  values (
    tg_table_schema || '.' || tg_table_name, tg_op,
    case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end
  );
  return null;
end
$$;
comment on function console.note_change() is
  'Trigger console_preview of every table: notes the rows that a command changes, while console.perform runs it.';
