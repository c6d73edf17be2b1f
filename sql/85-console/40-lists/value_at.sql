create function console.value_at(body text, path text[]) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return body::jsonb #>> value_at.path;
exception when data_exception or program_limit_exceeded then
  return null; -- no JSON
end
$$;
comment on function console.value_at(text, text[]) is
  'The value at a path of a JSON text, as text: numbers with all their digits. Null: there is none, or it is no JSON.';
