-- For policies. Like commerce.user_of, it leaves no dependency on auth.users.
create function ops.my_email() returns text
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
begin
  return (select lower(u.email) from auth.users u where u.id = auth.uid() and u.email_confirmed_at is not null);
end
$$;
comment on function ops.my_email() is 'The confirmed e-mail address of the caller, in lower case. Null: there is none.';
