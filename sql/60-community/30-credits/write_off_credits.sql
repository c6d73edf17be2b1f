create function community.write_off_credits(payment_id uuid, reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_entry public.credit_ledger;
  v_left bigint;
begin
  v_payment := commerce.lock_payment(write_off_credits.payment_id);
  if v_payment.id is null then
    raise exception 'there is no payment %', write_off_credits.payment_id using errcode = 'P0002',
      hint = 'Pass the id of a row of public.payments.';
  end if;
  if v_payment.status <> 'refunded' then
    raise exception 'the payment is %, not refunded', v_payment.status using errcode = 'P0001',
      hint = 'Only credits of a refunded payment are written off.';
  end if;
  perform ops.decide('community.write_off_credits', write_off_credits.payment_id::text, reason);
  perform community.settle_credits(v_payment);
  select sum(l.credits) into v_left from public.credit_ledger l where l.payment_id = v_payment.id;
  if coalesce(v_left, 0) <= 0 then
    return 0;
  end if;
  select l.* into v_entry from public.credit_ledger l where l.payment_id = v_payment.id order by l.id limit 1;
  -- Given, and taken at once for the payment: the balance stays, and the payment is settled.
  insert into public.credit_ledger (user_id, email, credits, reason, provider, customer_ref, note)
  values (v_entry.user_id, v_entry.email, v_left, 'granted', v_entry.provider, v_entry.customer_ref,
    'Spent before the refund: ' || write_off_credits.reason);
  perform community.settle_credits(v_payment);
  return v_left;
end
$$;
comment on function community.write_off_credits(uuid, text) is
  'Lets a buyer keep credits that were spent before their payment was refunded. Takes back what is there by now, and '
  'returns how many were written off. Raises P0001 when the payment is not refunded.';
