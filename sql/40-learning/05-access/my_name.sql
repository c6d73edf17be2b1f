create function learning.my_name() returns text
language plpgsql stable
security definer -- auth.users is nobody's to read but the owner's
set search_path = ''
as $$
begin
  return (
    select left(coalesce(
      substring(u.raw_user_meta_data ->> 'full_name' from '\S.*'), substring(u.raw_user_meta_data ->> 'name' from '\S.*'), split_part(u.email, '@', 1)
    ), 100)
    from auth.users u where u.id = auth.uid()
  );
end
$$;
comment on function learning.my_name() is 'What who asks is called: as his account says, else by what his address begins with.';
