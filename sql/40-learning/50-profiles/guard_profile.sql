create function learning.guard_profile() returns trigger
language plpgsql
security definer -- the account may not use the schema learning
set search_path = ''
as $$
begin
  if new.user_id <> old.user_id then
    raise exception 'a profile stays the account''s' using errcode = '42501', hint = 'Change name or picture_url.';
  end if;
  if new.name is distinct from old.name and new.name is not null then
    new.name := learning.clean_name(new.name);
    if new.name is null then
      raise exception 'a name of roles and brackets alone is none' using errcode = '23514',
        constraint = 'a_name_is_not_blank', hint = 'Choose a name without (…) and without a role such as tutor.';
    end if;
  end if;
  return new;
end
$$;
comment on function learning.guard_profile() is
  'Row trigger: a profile stays its account''s, and its name claims no role (learning.clean_name).';

create trigger guard before update on public.profiles for each row execute function learning.guard_profile();
