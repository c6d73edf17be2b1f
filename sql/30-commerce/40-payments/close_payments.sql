create function commerce.close_payments(checkout_session_id uuid) returns void
language sql
set search_path = ''
begin atomic
  update public.started_payments p set close_requested_at = now()
  where p.checkout_session_id = close_payments.checkout_session_id and p.close_requested_at is null
    and exists (select 1 from inbox.providers v where v.name = p.provider and v.can_cancel);
end;
comment on function commerce.close_payments(uuid) is
  'Makes the courier close, at the provider, what was started for a checkout: the buyer must not pay there any '
  'more. Not where inbox.providers.can_cancel is false.';
