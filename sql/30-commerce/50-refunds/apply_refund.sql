create function commerce.apply_refund(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments := commerce.payment_of(provider, fact ->> 'payment_ref');
  v_status public.refund_status := fact ->> 'status';
begin
  insert into public.refunds as r (payment_id, provider, provider_ref, status, amount_minor, currency, reason)
  values (v_payment.id, apply_refund.provider, fact ->> 'provider_ref', v_status, (fact ->> 'amount_minor')::bigint,
    fact ->> 'currency', fact ->> 'reason')
  on conflict on constraint a_provider_names_a_refund_once do update
  set status = greatest(excluded.status, r.status),
      amount_minor = case
        when excluded.status = r.status then greatest(excluded.amount_minor, r.amount_minor)
        when excluded.status > r.status then excluded.amount_minor
        else r.amount_minor
      end,
      reason = case
        when excluded.status = r.status then greatest(excluded.reason, r.reason)
        when excluded.status > r.status then coalesce(excluded.reason, r.reason)
        else coalesce(r.reason, excluded.reason)
      end
  where excluded.status > r.status or (excluded.status = r.status and (excluded.amount_minor > r.amount_minor
    or excluded.reason > r.reason))
    or r.reason is null;
  perform commerce.refresh_payment(v_payment.id);
end
$$;
comment on function commerce.apply_refund(text, jsonb) is
  'Applies refund.updated: a refund only moves forward by rank. Parks until its payment is captured.';
