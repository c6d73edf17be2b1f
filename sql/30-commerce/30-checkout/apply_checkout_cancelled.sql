create function commerce.apply_checkout_cancelled(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
begin
  select s.* into v_checkout from public.checkout_sessions s where s.id = (fact ->> 'checkout_session_id')::uuid;
  if not found then
    return;
  end if;
  perform commerce.apply_payment(
    provider,
    jsonb_build_object(
      'type', 'payment.cancelled', 'occurred_at', fact -> 'occurred_at', 'provider_ref', fact -> 'provider_ref',
      'checkout_session_id', v_checkout.id, 'amount_minor', v_checkout.total_minor, 'currency', v_checkout.currency
    )
  );
end
$$;
comment on function commerce.apply_checkout_cancelled(text, jsonb) is
  'Applies checkout.cancelled: a pending payment is cancelled, under the id of the provider''s checkout; our checkout '
  'fails and releases its stock. One that names no checkout of ours changes nothing.';
