create function learning.keep_version(table_name text, row_id uuid, fields jsonb) returns void
language plpgsql
security definer -- the author of a text has no right to write its versions
set search_path = ''
as $$
begin
  insert into public.text_versions (table_name, row_id, fields, replaced_by)
  values (keep_version.table_name, keep_version.row_id, keep_version.fields, auth.uid());
end
$$;
comment on function learning.keep_version(text, uuid, jsonb) is
  'Keeps what a question or message said before it is changed or deleted.';
