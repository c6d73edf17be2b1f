create function console.caller() returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((select lower(u.email) from auth.users u
    where u.id = auth.uid() and u.email_confirmed_at is not null), auth.uid()::text, session_user);
end
$$;
comment on function console.caller() is 'Who calls, for console.actions and console.jobs: the account''s confirmed '
  'address, or its id.';
