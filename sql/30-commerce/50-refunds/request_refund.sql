create function commerce.request_refund(
  payment_id uuid, amount_minor bigint default null, reason text default null, restock boolean default false,
  requested_by text default session_user
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_left bigint;
  v_amount bigint;
  v_request uuid;
begin
  v_payment := commerce.lock_payment(request_refund.payment_id);
  if v_payment.id is null then
    raise exception 'there is no payment %', request_refund.payment_id using errcode = 'P0002',
      hint = 'Pass the id of the payment: select id from public.payments …';
  end if;
  v_left := commerce.refundable(v_payment.id);
  v_amount := coalesce(request_refund.amount_minor, v_left);
  if v_left is null then
    raise exception 'nothing was captured of payment %', v_payment.id using errcode = '22023',
      hint = 'There is nothing to refund.';
  elsif not exists (select 1 from inbox.providers p where p.name = v_payment.provider and p.can_refund) then
    raise exception '% cannot refund by its API', v_payment.provider
      using errcode = '22023', hint
      =
        'Pay it back by hand (Whop: in its dashboard, whose webhook records it; Fapshi: a payout), then '
        'commerce.record_refund.';
  elsif v_amount is null or v_amount <= 0 or v_amount > v_left then
    raise exception 'of payment % can be refunded % % (minor units), not %', v_payment.id, v_left, v_payment.currency,
      v_amount
      using errcode = '22023', hint = 'Leave amount_minor out to refund all that is left.';
  elsif request_refund.restock and v_amount < v_left then
    raise exception 'only a refund of all that is left puts the whole order back on sale'
      using errcode = '22023', hint = 'Refund without restock, then commerce.restock(<order id>, <items>).';
  end if;
  if request_refund.reason is not null then
    perform ops.check_reason('commerce.request_refund', request_refund.reason);
  end if;
  insert into public.refund_requests (payment_id, amount_minor, currency, reason, restock, requested_by)
  values (v_payment.id, v_amount, v_payment.currency, request_refund.reason, request_refund.restock,
    request_refund.requested_by)
  returning id into v_request;
  return v_request;
end
$$;
comment on function commerce.request_refund(uuid, bigint, text, boolean, text) is
  'Requests a refund: select commerce.request_refund(''<payment id>'', 1000, ''broken''). The courier asks the '
  'provider, once. amount_minor: in minor units; null: all that is left. restock: the goods go back on sale once the '
  'refund has succeeded. Returns the request''s id. Raises 22023 for more than is left.';
