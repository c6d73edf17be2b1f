-- A plain text body: a dependency on auth.users would block Supabase's own migrations.
create function commerce.user_of(email text) returns uuid
language sql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
  select u.id from auth.users u where lower(u.email) = lower(user_of.email) and u.email_confirmed_at is not null limit 1
$$;
comment on function commerce.user_of(text) is
  'The account with this e-mail address, if the address is confirmed; else null (a guest).';
