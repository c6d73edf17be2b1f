create function commerce.may_refund(request_id uuid, out outcome text, out reason text, out provider text,
  out payment_ref text, out amount_minor bigint, out currency text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_request public.refund_requests;
  v_payment public.payments;
  v_others bigint;
begin
  select q.* into v_request from public.refund_requests q where q.id = may_refund.request_id;
  select p.* into v_payment from public.payments p where p.id = v_request.payment_id;
  -- A webhook about this very refund may be applied before the provider's response is recorded: asked again, the
  -- provider gives the same response, and checks itself what is left.
  select coalesce(sum(r.amount_minor), 0) into v_others
  from public.refunds r
  where r.payment_id = v_payment.id and r.status in ('pending', 'succeeded')
    and not (
      r.amount_minor = v_request.amount_minor and r.created_at >= v_request.created_at
      and not exists (select 1 from public.refund_requests q where q.payment_id = r.payment_id
        and q.provider_ref = r.provider_ref)
    );
  provider := v_payment.provider;
  payment_ref := v_payment.provider_ref;
  amount_minor := v_request.amount_minor;
  currency := v_request.currency;
  if v_request.id is null then
    outcome := 'refused';
    reason := format('There is no refund request %s.', may_refund.request_id);
  elsif v_request.status <> 'requested' then
    outcome := 'cancelled';
    reason := format('It is %s already.', v_request.status);
  elsif v_request.amount_minor + v_others > v_payment.amount_minor then
    outcome := 'refused';
    reason := format(
      'Meanwhile %s of %s %s (minor units) were refunded another way: request a refund of what is left.', v_others,
      v_payment.amount_minor, v_payment.currency);
  end if;
end
$$;
comment on function commerce.may_refund(uuid) is
  'Asked by the courier right before it asks the provider to refund. outcome: null, it may; cancelled, there is '
  'nothing left to do; refused, an admin should look at it. reason says why.';
