create function commerce.apply_approval(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
begin
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = (fact ->> 'checkout_session_id')::uuid for no key update;
  insert into public.payment_approvals (provider, provider_ref, checkout_session_id, amount_minor, currency,
    approved_at)
  values (
    apply_approval.provider, fact ->> 'provider_ref', v_checkout.id, (fact ->> 'amount_minor')::bigint,
    fact ->> 'currency',
    (fact ->> 'occurred_at')::timestamptz
  )
  on conflict on constraint an_approval_is_recorded_once do nothing;
  if fact ? 'recipient' then
    v_checkout := commerce.note_recipient(v_checkout, fact -> 'recipient');
  end if;
  perform commerce.refresh_checkout(v_checkout.id);
end
$$;
comment on function commerce.apply_approval(text, jsonb) is
  'Applies payment.approved: records it, which makes the courier capture the payment. The checkout waits for that, and '
  'keeps its stock.';
