create function commerce.follow_payment(payment public.payments, checkout public.checkout_sessions) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform commerce.follow_payments(array[payment], array[checkout]);
end
$$;
comment on function commerce.follow_payment(public.payments, public.checkout_sessions) is
  'Updates the checkout of one payment: see commerce.follow_payments.';
