create function community.spend_credits(credits integer, key text, note text default null, user_id uuid default null)
  returns public.credit_ledger
language plpgsql
security definer -- the caller has no right to write the ledger
set search_path = ''
as $$
declare
  v_user uuid := community.spender(spend_credits.user_id);
  v_entry public.credit_ledger;
  v_balance bigint;
begin
  if spend_credits.credits is null or spend_credits.credits < 1 then
    raise exception 'the number of credits to spend is a whole number above 0, not %',
      coalesce(spend_credits.credits::text, 'null')
      using errcode = '22023', detail = 'credits_invalid', hint = 'Pass how many credits it costs.';
  end if;
  if spend_credits.key is null or length(spend_credits.key) not between 1 and 200 then
    raise exception 'a spend needs a key of 1 to 200 characters' using errcode = '22023', detail = 'key_missing',
      hint = 'Pass what the credits are spent on, such as lesson/<id>: the same key spends once.';
  end if;
  -- From here on this account's spends queue, so that the second of two with one key finds the first.
  v_balance := community.lock_balance('user:' || v_user);
  select l.* into v_entry from public.credit_ledger l
  where l.user_id = v_user and l.spend_key = spend_credits.key;
  if found then
    if v_entry.credits <> -spend_credits.credits then
      raise exception 'the key % has spent % already, not %', spend_credits.key,
        ops.counted(-v_entry.credits, 'credit'), spend_credits.credits
        using errcode = 'P0001', detail = 'key_reused', hint = 'Use a new key for another spend.';
    end if;
    return v_entry;
  end if;
  if v_balance < spend_credits.credits then
    raise exception 'the balance is %, and % needed', ops.counted(v_balance, 'credit'),
        ops.counted(spend_credits.credits, 'is', 'are')
      using errcode = 'P0001', detail = 'not_enough_credits', hint = 'Let the buyer buy more credits.';
  end if;
  insert into public.credit_ledger (user_id, credits, reason, note, spend_key)
  values (v_user, -spend_credits.credits, 'spent', spend_credits.note, spend_credits.key)
  returning * into v_entry;
  return v_entry;
end
$$;
comment on function community.spend_credits(integer, text, text, uuid) is
  'Spends credits of the signed-in account, once for a key, and returns the entry of the ledger: the same key gets the '
  'same entry. With the service key, in SQL and for admins: credits of user_id. Raises P0001 not_enough_credits; '
  'key_reused for the same key with another number; 22023 for bad input; 42501 for another account''s credits.';
