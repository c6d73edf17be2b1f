create function learning.clean_name(name text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  -- People choose it themselves: it must not claim a role, as in "Amina (staff)".
  name := regexp_replace(
    name, '[(\[{<][^)\]}>]*[)\]}>]?|\m(staff|admin|administrator|moderator|support team|instructor|tutor)\M', '', 'gi'
  );
  return left(substring(regexp_replace(name, '\s+', ' ', 'g') from '\S(?:.*\S)?'), 100);
end
$$;
comment on function learning.clean_name(text) is
  'A name without roles, brackets and needless spaces, at most 100 characters. Null: nothing is left.';
