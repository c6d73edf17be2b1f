create function commerce.complete_free(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform commerce.apply_payment('free', jsonb_build_object(
    'type', 'payment.captured', 'occurred_at', ops.iso_utc(now()), 'provider_ref', s.id,
    'checkout_session_id', s.id, 'amount_minor', 0, 'currency', s.currency, 'customer_ref', null, 'email', s.email
  ))
  from public.checkout_sessions s
  where s.id = complete_free.checkout_session_id and s.total_minor = 0;
end
$$;
comment on function commerce.complete_free(uuid) is
  'Completes a checkout of which nothing is to be paid: a payment of 0 at the provider "free", and its order, in this '
  'transaction. Once, however often it is called.';
