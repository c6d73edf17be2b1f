create function commerce.payment_of(provider text, payment_ref text) returns public.payments
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  select p.* into v_payment
  from public.payments p
  where p.provider = payment_of.provider and p.provider_ref = payment_of.payment_ref
  for no key update;
  if v_payment.captured_at is null then
    perform inbox.park(
      payment_of.provider || '/payment/' || payment_of.payment_ref,
      format('Waits for the capture of payment %s, which was not received yet.', payment_of.payment_ref)
    );
  end if;
  return v_payment;
end
$$;
comment on function commerce.payment_of(text, text) is
  'The captured payment of a refund or dispute, locked. Parks the event when it has not been captured yet.';
