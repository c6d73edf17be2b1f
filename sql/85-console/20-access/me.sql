create function console.me() returns jsonb
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
begin
  perform console.require_admin();
  return jsonb_build_object(
    'email', console.caller(),
    'name', (select p.name from public.profiles p where p.user_id = auth.uid())
  );
end
$$;
comment on function console.me() is 'The admin who is signed in: {email, name}. Raises 42501 for everyone else.';
