create function community.settle_credits(payment public.payments) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_bought integer := case when community.buys_credits(payment) then payment.credits end;
  v_due integer;
  v_owner uuid;
  v_buyer uuid;
  v_email text := payment.email;
  v_refunded boolean;
begin
  if payment.captured_at is null then
    return;
  end if;
  if v_bought is null and payment.credits is null then
    -- Packs sold by our own shop.
    select o.user_id, o.email, sum(i.credits * i.quantity)::integer into v_buyer, v_email, v_bought
    from public.orders o join public.order_items i on i.order_id = o.id and i.kind = 'credit_pack'
    where o.payment_id = payment.id
    group by o.id;
  end if;
  if v_bought is null then
    return;
  end if;
  v_refunded := payment.status = 'refunded' and not exists (select 1 from commerce.parts_of(payment) p
    where p.status <> 'refunded');
  select case when v_refunded then 0 else v_bought end - coalesce(sum(l.credits), 0)
  into v_due
  from public.credit_ledger l
  where l.payment_id = payment.id;
  -- Credits are taken back from the account that received them, even if its e-mail address has since moved to another
  -- account.
  select l.user_id into v_owner from public.credit_ledger l where l.payment_id = payment.id and l.user_id is not null
    limit 1;
  if v_owner is null then
    v_owner := coalesce(v_buyer, community.member_of(payment.provider, payment.customer_ref, v_email));
    update public.credit_ledger l set user_id = v_owner where l.payment_id = payment.id and v_owner is not null;
  end if;

  if v_due < 0 then
    -- What was spent before the refund cannot be taken back: the audit names the payment, and a person decides.
    v_due := greatest(v_due, -community.lock_balance(
      coalesce(community.credit_owner(v_owner, payment.id, null, null, null), '')));
  end if;
  if v_due <> 0 then
    insert into public.credit_ledger (user_id, email, credits, reason, payment_id, provider, customer_ref)
    values (
      v_owner, v_email, v_due,
      case when v_due > 0 then 'bought' else 'refunded' end::public.credit_reason, payment.id, payment.provider,
      coalesce(payment.customer_ref, payment.provider_ref)
    );
  end if;
end
$$;
comment on function community.settle_credits(public.payments) is
  'Makes the ledger hold what a payment bought: its credits while it is captured, none once it was refunded in full. '
  'Credits that were spent before the refund stay spent: ops.audit_credits finds the payment, and '
  'community.write_off_credits closes it. The caller holds the payment''s row.';
