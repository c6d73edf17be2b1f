create function console.sql(command text, arguments jsonb default '{}') returns text
language plpgsql stable
security definer -- the tables of the schema console are closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return console.statement(sql.command, sql.arguments);
end
$$;
comment on function console.sql(text, jsonb) is
  'The statement that an admin would type in Studio for a command: what run executes, to the letter. Raises 22023 for '
  'an unknown command or argument.';
