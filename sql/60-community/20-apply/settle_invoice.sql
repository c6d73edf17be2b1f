create function community.settle_invoice(provider text, invoice_ref text) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.membership_invoices i
  set payment_ref = l.payment_ref
  from (
    select max(l.payment_ref) as payment_ref from public.invoice_payments l
    where l.provider = settle_invoice.provider and l.invoice_ref = settle_invoice.invoice_ref
  ) l
  where i.provider = settle_invoice.provider and i.provider_ref = settle_invoice.invoice_ref
    and l.payment_ref is not null and i.payment_ref is distinct from l.payment_ref;

  -- An event about the payment may be applied at the same time: it must see the invoice, or be seen here.
  perform pg_advisory_xact_lock(hashtextextended(settle_invoice.provider || '/payment/' || r.payment_ref, 0))
  from (
    select l.payment_ref from public.invoice_payments l
    where l.provider = settle_invoice.provider and l.invoice_ref = settle_invoice.invoice_ref
    order by l.payment_ref
  ) r;
  update public.payments p
  set needs_review = false, review_reason = null
  where p.provider = settle_invoice.provider and p.checkout_session_id is null and p.needs_review
    and p.provider_ref in (
      select i.payment_ref from public.membership_invoices i
      where i.provider = settle_invoice.provider and i.provider_ref = settle_invoice.invoice_ref
      union
      select l.payment_ref from public.invoice_payments l
      join public.membership_invoices i on i.provider = l.provider and i.provider_ref = l.invoice_ref
      where l.provider = settle_invoice.provider and l.invoice_ref = settle_invoice.invoice_ref
    );
end
$$;
comment on function community.settle_invoice(text, text) is
  'Links a membership''s invoice with the payments that paid it: such a payment needs no checkout, and no review. The '
  'caller holds the lock of the invoice''s key.';
