create function community.pays_membership(provider text, payment_ref text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
      select 1 from public.membership_invoices i where i.provider = pays_membership.provider
      and i.payment_ref = pays_membership.payment_ref
    )
    or exists (
      select 1 from public.invoice_payments l
      join public.membership_invoices i on i.provider = l.provider and i.provider_ref = l.invoice_ref
      where l.provider = pays_membership.provider and l.payment_ref = pays_membership.payment_ref
    );
end
$$;
comment on function community.pays_membership(text, text) is
  'Whether a payment is known to have paid a membership''s invoice.';
