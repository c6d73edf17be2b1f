create function community.apply_invoice(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_membership uuid;
begin
  select m.id into v_membership from public.memberships m
  where m.provider = apply_invoice.provider and m.provider_ref = fact ->> 'provider_ref';
  if v_membership is null then
    perform inbox.park(
      apply_invoice.provider || '/membership/' || (fact ->> 'provider_ref'),
      format('Waits for membership %s, which was not received yet.', fact ->> 'provider_ref')
    );
  end if;
  insert into public.membership_invoices as i (membership_id, provider, provider_ref, outcome, amount_minor, currency,
    payment_ref)
  values (
    v_membership, apply_invoice.provider, fact ->> 'invoice_ref', (fact ->> 'outcome')::public.invoice_outcome,
    (fact ->> 'amount_minor')::bigint, fact ->> 'currency', fact ->> 'payment_ref'
  )
  on conflict on constraint a_provider_names_an_invoice_once do update
  set outcome = greatest(excluded.outcome, i.outcome),
      amount_minor = case
        when excluded.outcome = i.outcome then greatest(excluded.amount_minor, i.amount_minor)
        when excluded.outcome > i.outcome then excluded.amount_minor
        else i.amount_minor
      end,
      payment_ref = case
        when excluded.outcome = i.outcome then greatest(excluded.payment_ref, i.payment_ref)
        when excluded.outcome > i.outcome then coalesce(excluded.payment_ref, i.payment_ref)
        else coalesce(i.payment_ref, excluded.payment_ref)
      end;

  if fact ->> 'outcome' = 'paid' and fact ->> 'payment_ref' is not null then
    insert into public.invoice_payments (provider, invoice_ref, payment_ref, amount_minor, currency)
    values (apply_invoice.provider, fact ->> 'invoice_ref', fact ->> 'payment_ref', (fact ->> 'amount_minor')::bigint,
      fact ->> 'currency')
    on conflict on constraint a_payment_pays_an_invoice_once do nothing;
  end if;
  perform community.settle_invoice(apply_invoice.provider, fact ->> 'invoice_ref');
end
$$;
comment on function community.apply_invoice(text, text, jsonb) is
  'Applies membership.billed. Parks until the membership is known.';
