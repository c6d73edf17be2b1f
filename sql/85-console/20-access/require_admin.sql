create function console.require_admin() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not ops.is_admin() then
    raise exception 'the console is for admins' using errcode = '42501', hint =
      'Sign in as an admin. The owner makes one in SQL: insert into public.admins (user_id) select id from auth.users '
      'where email = ''…''.';
  end if;
end
$$;
comment on function console.require_admin() is
  'The first statement of every function of the console: raises 42501 unless the caller is an admin now, whatever the '
  'token says.';
