create function commerce.apply_dispute(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
  v jsonb := inbox.newest(provider, 'dispute/' || (fact ->> 'provider_ref'), event_id, fact);
begin
  if v is null then
    return;
  end if;
  insert into public.disputes as d (
    payment_id, provider, provider_ref, status, amount_minor, currency, reason, evidence_due_at, as_of, as_of_event
  )
  values (
    v_payment.id, apply_dispute.provider, v ->> 'provider_ref', (v ->> 'status')::public.dispute_status,
    (v ->> 'amount_minor')::bigint, v ->> 'currency', v ->> 'reason', (v ->> 'evidence_due_at')::timestamptz,
    (v ->> 'occurred_at')::timestamptz, v ->> 'event_id'
  )
  on conflict on constraint a_provider_names_a_dispute_once do update
  set status = excluded.status, amount_minor = excluded.amount_minor, currency = excluded.currency,
    reason = excluded.reason,
      evidence_due_at = excluded.evidence_due_at, as_of = excluded.as_of, as_of_event = excluded.as_of_event;
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_dispute(text, text, jsonb) is
  'Applies dispute.updated: the latest event wins; for events of one time inbox.latest_of decides. Parks until its '
  'payment is captured.';
