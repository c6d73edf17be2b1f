create function commerce.apply_dispute(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
begin
  insert into public.disputes as d (
    payment_id, provider, provider_ref, status, amount_minor, currency, reason, evidence_due_at, as_of, as_of_event
  )
  values (
    v_payment.id, apply_dispute.provider, fact ->> 'provider_ref', (fact ->> 'status')::public.dispute_status, (fact ->> 'amount_minor')::bigint,
    fact ->> 'currency', fact ->> 'reason', (fact ->> 'evidence_due_at')::timestamptz, (fact ->> 'occurred_at')::timestamptz, apply_dispute.event_id
  )
  on conflict on constraint a_provider_names_a_dispute_once do update
  set status = excluded.status, amount_minor = excluded.amount_minor, currency = excluded.currency, reason = excluded.reason,
      evidence_due_at = excluded.evidence_due_at, as_of = excluded.as_of, as_of_event = excluded.as_of_event
  -- Within one second the further status is the later one.
  where (excluded.as_of, excluded.status, excluded.as_of_event) > (d.as_of, d.status, d.as_of_event);
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_dispute(text, text, jsonb) is 'Applies dispute.updated: the newest news wins. Parks until its payment is captured.';
