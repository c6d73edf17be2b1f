create function learning.my_name() returns text
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
begin
  return (
    select left(coalesce(
      learning.clean_name(p.name),
      learning.clean_name(coalesce(substring(u.raw_user_meta_data ->> 'full_name' from '\S.*'),
        u.raw_user_meta_data ->> 'name')),
      split_part(case when u.email_confirmed_at is not null then u.email end, '@', 1),
      'Somebody'
    ), 100)
    from (select auth.uid() as id) me
    left join auth.users u on u.id = me.id
    left join public.profiles p on p.user_id = me.id
  );
end
$$;
comment on function learning.my_name() is
  'The name of the signed-in account: that of its profile, else the one it chose at sign-up, both without roles and '
  'brackets; else the first part of its confirmed address; else Somebody.';
