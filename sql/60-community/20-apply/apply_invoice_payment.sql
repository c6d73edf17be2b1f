create function community.apply_invoice_payment(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.invoice_payments (provider, invoice_ref, payment_ref, amount_minor, currency)
  values (
    apply_invoice_payment.provider, fact ->> 'provider_ref', fact ->> 'payment_ref', (fact ->> 'amount_minor')::bigint,
    fact ->> 'currency'
  )
  on conflict on constraint a_payment_pays_an_invoice_once do nothing;
  perform community.settle_invoice(apply_invoice_payment.provider, fact ->> 'provider_ref');
end
$$;
comment on function community.apply_invoice_payment(text, jsonb) is
  'Applies invoice.paid: records which payment paid an invoice. It does not wait for the invoice, which may be '
  'received later or belong to no membership.';
