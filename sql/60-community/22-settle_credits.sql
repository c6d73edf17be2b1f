create function community.settle_credits(payment public.payments) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_due integer;
  v_owner uuid;
begin
  if payment.credits is null or payment.captured_at is null then
    return;
  end if;
  select case when payment.status = 'refunded' then 0 else payment.credits end - coalesce(sum(l.credits), 0)
  into v_due
  from public.credit_ledger l
  where l.payment_id = payment.id;
  -- Whose they are stays so: they are taken from whom they were given to, whoever has his address by then.
  select l.user_id into v_owner from public.credit_ledger l where l.payment_id = payment.id and l.user_id is not null limit 1;
  if v_owner is null then
    v_owner := community.member_of(payment.provider, payment.customer_ref, payment.email);
    update public.credit_ledger l set user_id = v_owner where l.payment_id = payment.id and v_owner is not null;
  end if;

  if v_due <> 0 then
    insert into public.credit_ledger (user_id, email, credits, reason, payment_id, provider, customer_ref)
    values (
      v_owner, payment.email, v_due,
      case when v_due > 0 then 'bought' else 'refunded' end::public.credit_reason, payment.id, payment.provider,
      coalesce(payment.customer_ref, payment.provider_ref)
    );
  end if;
end
$$;
comment on function community.settle_credits(public.payments) is
  'What the ledger holds of a payment is made what it bought: its credits while the money is ours, none once it went back in full. The caller holds the payment''s row.';
