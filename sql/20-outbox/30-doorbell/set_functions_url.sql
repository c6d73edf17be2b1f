create function outbox.set_functions_url(url text) returns void
language sql
set search_path = ''
begin atomic
  update outbox.settings set functions_url = rtrim(url, '/') where only_row;
end;
comment on function outbox.set_functions_url(text) is
  'Sets the address of the functions; the doorbell rings <url>/dispatch.';
