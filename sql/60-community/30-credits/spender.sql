create function community.spender(user_id uuid) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid();
begin
  if spender.user_id is not null and spender.user_id is distinct from v_caller
    and not (v_caller is null or ops.is_admin()) then
    raise exception 'another account''s credits are not yours to read or spend' using errcode = '42501',
      hint = 'Leave user_id out: it is the signed-in account.';
  end if;
  if coalesce(spender.user_id, v_caller) is null then
    raise exception 'no account is named' using errcode = '22023', detail = 'account_missing',
      hint = 'Sign in, or pass user_id with the service key.';
  end if;
  return coalesce(spender.user_id, v_caller);
end
$$;
comment on function community.spender(uuid) is
  'Whose credits the caller means: the signed-in account''s own; the service key, SQL and admins may name another. '
  'Raises 42501 for another''s, 22023 when none is named.';
