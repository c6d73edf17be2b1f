create function commerce.dismiss_refund(request_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment uuid;
begin
  delete from public.refund_requests q where q.id = dismiss_refund.request_id and q.status = 'refused'
  returning q.payment_id into v_payment;
  if not found then
    raise exception 'there is no refused refund request %', dismiss_refund.request_id
      using errcode = 'P0002', hint = 'select * from public.refund_requests where status = ''refused''';
  end if;
  perform ops.decide('commerce.dismiss_refund', v_payment::text, dismiss_refund.reason);
end
$$;
comment on function commerce.dismiss_refund(uuid, text) is
  'An admin withdraws a refund request that the provider refused: the money stays. reason: why, kept in ops.decisions '
  'with the payment''s id. Raises P0002 when there is no such request, 22023 without a reason.';
