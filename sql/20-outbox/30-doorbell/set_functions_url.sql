create function outbox.set_functions_url(url text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if strpos(set_functions_url.url, '<') > 0 then
    raise exception 'this is the placeholder of an address' using errcode = '22023',
      hint = 'Write the project''s own reference in place of <project ref>.';
  end if;
  update outbox.settings set functions_url = rtrim(set_functions_url.url, '/') where only_row;
end
$$;
comment on function outbox.set_functions_url(text) is
  'Sets the address of the functions; the doorbell rings <url>/dispatch. Raises 22023 for a placeholder.';
