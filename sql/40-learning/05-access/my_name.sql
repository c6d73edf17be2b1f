create function learning.my_name() returns text
language plpgsql stable
security definer -- only the owner may read auth.users
set search_path = ''
as $$
declare
  v_name text;
  v_email text;
begin
  select coalesce(substring(u.raw_user_meta_data ->> 'full_name' from '\S.*'), substring(u.raw_user_meta_data ->> 'name'
    from '\S.*')),
    case when u.email_confirmed_at is not null then u.email end
  into v_name, v_email
  from auth.users u where u.id = auth.uid();
  -- People choose it themselves: it must not claim a role, as in "Amina (staff)".
  v_name := regexp_replace(
    v_name, '[(\[{<][^)\]}>]*[)\]}>]?|\m(staff|admin|administrator|moderator|support team|instructor|tutor)\M', '', 'gi'
  );
  return left(coalesce(substring(regexp_replace(v_name, '\s+', ' ', 'g') from '\S(?:.*\S)?'),
    split_part(v_email, '@', 1), 'Somebody'), 100);
end
$$;
comment on function learning.my_name() is
  'The name that the signed-in account has chosen, without roles and brackets; else the first part of its confirmed '
  'address; else Somebody.';
