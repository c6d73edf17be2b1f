-- Statement triggers: one that moves several entries to an account (ops.link_purchases) is judged by its sum. They run
-- for every writer, an admin in Studio too. Balances are locked in the order of their owners.
create function community.count_credits() returns trigger
language plpgsql
security definer -- the writer of an entry has no right to write balances
set search_path = ''
as $$
declare
  v_changes jsonb;
  v_change record;
  v_balance bigint;
begin
  if tg_op = 'INSERT' then
    select jsonb_object_agg(x.owner, x.credits) into v_changes from (
      select community.credit_owner(n.user_id, n.payment_id, n.email, n.provider, n.customer_ref) as owner,
        sum(n.credits) as credits
      from new_entries n group by 1
    ) x;
  elsif tg_op = 'UPDATE' then
    select jsonb_object_agg(x.owner, x.credits) into v_changes from (
      select y.owner, sum(y.credits) as credits
      from (
        select community.credit_owner(n.user_id, n.payment_id, n.email, n.provider, n.customer_ref) as owner, n.credits
        from new_entries n
        union all
        select community.credit_owner(o.user_id, o.payment_id, o.email, o.provider, o.customer_ref), -o.credits
        from old_entries o
      ) y
      group by 1
    ) x;
  else
    select jsonb_object_agg(x.owner, x.credits) into v_changes from (
      select community.credit_owner(o.user_id, o.payment_id, o.email, o.provider, o.customer_ref) as owner,
        -sum(o.credits) as credits
      from old_entries o group by 1
    ) x;
  end if;

  for v_change in
    select c.key as owner, c.value::bigint as credits from jsonb_each_text(v_changes) c where c.value::bigint <> 0
    order by c.key
  loop
    insert into community.credit_balances (owner) values (v_change.owner) on conflict (owner) do nothing;
    v_balance := community.lock_balance(v_change.owner);
    if v_balance + v_change.credits < 0 then
      raise exception '% has %: % cannot be taken', v_change.owner, ops.counted(v_balance, 'credit'),
        -v_change.credits
        using errcode = '23514', constraint = 'a_balance_is_never_below_zero',
        hint = 'Take at most what is there, or give credits first.';
    end if;
    update community.credit_balances b set balance = b.balance + v_change.credits where b.owner = v_change.owner;
  end loop;
  return null;
end
$$;
comment on function community.count_credits() is
  'Statement trigger: keeps community.credit_balances in step with the ledger, and refuses what would take a balance '
  'below zero (23514, a_balance_is_never_below_zero).';

create trigger count_credits_added after insert on public.credit_ledger referencing new table as new_entries
for each statement execute function community.count_credits();
create trigger count_credits_changed after update on public.credit_ledger referencing old table as old_entries
  new table as new_entries
for each statement execute function community.count_credits();
create trigger count_credits_removed after delete on public.credit_ledger referencing old table as old_entries
for each statement execute function community.count_credits();
