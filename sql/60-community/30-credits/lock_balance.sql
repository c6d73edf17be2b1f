create function community.lock_balance(owner text) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_balance bigint;
begin
  select b.balance into v_balance from community.credit_balances b where b.owner = lock_balance.owner
    for no key update;
  return coalesce(v_balance, 0);
end
$$;
comment on function community.lock_balance(text) is
  'The balance of an owner (community.credit_owner), locked until the end of the transaction: the next spend waits.';
