create function community.balance(user_id uuid default null) returns bigint
language plpgsql stable
security definer -- the caller has no right to read balances
set search_path = ''
as $$
declare
  v_user uuid := community.spender(balance.user_id);
begin
  return coalesce((select b.balance from community.credit_balances b where b.owner = 'user:' || v_user), 0);
end
$$;
comment on function community.balance(uuid) is
  'How many credits the signed-in account has. With the service key, in SQL and for admins: those of user_id. Raises '
  'as community.spender does.';
