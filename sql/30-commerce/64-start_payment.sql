create function commerce.start_payment(checkout_session_id uuid, provider text, kind text, provider_ref text, answer jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.started_payments (checkout_session_id, provider, kind, provider_ref)
  values (start_payment.checkout_session_id, start_payment.provider, start_payment.kind, start_payment.provider_ref)
  on conflict on constraint a_provider_names_what_was_started_once do nothing;
  update public.checkout_requests r set answer = start_payment.answer where r.checkout_session_id = start_payment.checkout_session_id;
end
$$;
comment on function commerce.start_payment(uuid, text, text, text, jsonb) is 'Writes down what was made at the provider for a checkout, and what its buyer is told, now and whenever he asks with the same key.';
