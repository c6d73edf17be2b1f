create function commerce.take_checkout_token(kind text, who text, capacity integer, cost integer default 1)
  returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_key text := kind || ' ' || encode(sha256(convert_to(lower(who), 'UTF8')), 'hex');
  v_tokens numeric;
begin
  if cost > capacity then
    return false;
  end if;
  -- The bucket refills within an hour. A clock that stepped back adds nothing, and removes nothing.
  insert into commerce.checkout_limits as l (key, tokens, refilled_at)
  values (v_key, capacity - cost, clock_timestamp())
  on conflict (key) do update
  set tokens = least(
        capacity, l.tokens + capacity * greatest(date_part('epoch', clock_timestamp() - l.refilled_at),
          0)::numeric / 3600
      ) - cost,
      refilled_at = clock_timestamp()
  where least(
    capacity, l.tokens + capacity * greatest(date_part('epoch', clock_timestamp() - l.refilled_at), 0)::numeric / 3600
  ) >= cost
  returning l.tokens into v_tokens;
  return v_tokens is not null;
end
$$;
comment on function commerce.take_checkout_token(text, text, integer, integer) is
  'Whether one more checkout may be opened by this address (kind: email, network, or network and a sku, where cost is '
  'the quantity): a token bucket that holds capacity and refills within an hour. Only a hash of the address is stored.';
