create function commerce.start_payment(checkout_session_id uuid, provider text, kind text, provider_ref text,
  answer jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.checkout_requests r set answer = start_payment.answer
    where r.checkout_session_id = start_payment.checkout_session_id;
  -- Locked, so that a cancellation at the same time either waits and finds the started payment, or is seen here.
  perform 1 from public.checkout_sessions s where s.id = start_payment.checkout_session_id for no key update;
  if exists (
    select 1 from public.checkout_sessions s where s.id = start_payment.checkout_session_id
    and s.status in ('payment_failed', 'expired')
  ) then
    raise exception 'checkout % is over: it was cancelled or has expired while its payment was started',
      start_payment.checkout_session_id
      using hint = 'Do not send the buyer to pay it: nothing is reserved for it any more.';
  end if;
  insert into public.started_payments (checkout_session_id, provider, kind, provider_ref)
  values (start_payment.checkout_session_id, start_payment.provider, start_payment.kind, start_payment.provider_ref)
  on conflict on constraint a_provider_names_what_was_started_once do nothing;
  if not exists (
    select 1 from public.started_payments p
    where p.provider = start_payment.provider and p.provider_ref = start_payment.provider_ref
      and p.checkout_session_id = start_payment.checkout_session_id
  ) then
    -- Otherwise the buyer would pay for the items of another buyer.
    raise exception '% answered with %, which is another checkout''s', start_payment.provider,
      start_payment.provider_ref
      using hint = 'No payment was started: let the buyer try again, or pay another way.';
  end if;
end
$$;
comment on function commerce.start_payment(uuid, text, text, text, jsonb) is
  'Stores what was created at the provider for a checkout, and the response to the buyer, now and at every repeated '
  'call with the same key. Raises when the checkout is over already, or the provider returned an object of another '
  'checkout.';
