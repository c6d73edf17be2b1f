create function commerce.apply_refunded_total(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
  v_total bigint := fact ->> 'refunded_minor';
begin
  update public.payments p set reported_refunded_minor = v_total
  where p.id = v_payment.id and p.reported_refunded_minor < v_total and p.currency = fact ->> 'currency';
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_refunded_total(text, jsonb) is
  'Applies payment.refunded: the total of refunds in the provider''s event, which only grows. Parks until the payment '
  'is captured.';
