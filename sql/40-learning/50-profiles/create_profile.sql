create function learning.create_profile() returns trigger
language plpgsql
security definer -- Supabase Auth, which writes accounts, has no rights in our schemas
set search_path = ''
as $$
declare
  v_picture text := coalesce(new.raw_user_meta_data ->> 'avatar_url', new.raw_user_meta_data ->> 'picture');
begin
  insert into public.profiles (user_id, name, picture_url)
  values (
    new.id,
    coalesce(learning.clean_name(new.raw_user_meta_data ->> 'full_name'),
      learning.clean_name(new.raw_user_meta_data ->> 'name')),
    case when v_picture ~ '^https://[^/\s]+(/\S*)?$' and length(v_picture) <= 2000 then v_picture end
  )
  on conflict (user_id) do nothing;
  return null;
exception when others then
  -- Nobody is kept from signing up by a profile.
  raise warning 'no profile for account %: %', new.id, sqlerrm;
  return null;
end
$$;
comment on function learning.create_profile() is
  'Row trigger of auth.users: a new account gets its profile, with the name and picture it signed up with.';

create trigger signalbox_create_profile after insert on auth.users for each row execute function
  learning.create_profile();

-- Accounts that are older than this table.
insert into public.profiles (user_id, name)
select u.id, coalesce(learning.clean_name(u.raw_user_meta_data ->> 'full_name'),
  learning.clean_name(u.raw_user_meta_data ->> 'name'))
from auth.users u
on conflict (user_id) do nothing;
