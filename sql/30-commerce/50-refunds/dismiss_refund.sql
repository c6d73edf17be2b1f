create function commerce.dismiss_refund(request_id uuid, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_request public.refund_requests;
  v_provider text;
begin
  select q.* into v_request from public.refund_requests q where q.id = dismiss_refund.request_id for update;
  select p.provider into v_provider from public.payments p where p.id = v_request.payment_id;
  if v_request.id is null then
    raise exception 'there is no refund request %', dismiss_refund.request_id
      using errcode = 'P0002', hint = 'select * from public.refund_requests where status = ''refused''';
  elsif v_request.status = 'requested' and exists (
    select 1 from outbox.deliveries d
    where d.destination = 'refunds' and d.record_key = 'refund_requests/' || v_request.id
      and d.status in ('pending', 'sending')
  ) then
    raise exception 'the provider is still asked for the refund %', v_request.id
      using errcode = '22023', hint = 'Give its delivery up first: outbox.cancel(<id>, ''<why>'').';
  elsif v_request.status = 'sent' and not exists (
    select 1 from public.refunds r
    where r.provider = v_provider and r.provider_ref = v_request.provider_ref and r.status in ('failed', 'cancelled')
  ) then
    raise exception 'the provider has made the refund %, or is making it', v_request.id
      using errcode = '22023', hint = 'See public.refunds. Only one that failed can be withdrawn.';
  end if;
  delete from public.refund_requests q where q.id = v_request.id;
  perform ops.decide('commerce.dismiss_refund', v_request.payment_id::text, dismiss_refund.reason);
end
$$;
comment on function commerce.dismiss_refund(uuid, text) is
  'An admin withdraws a refund request that came to nothing: the provider refused it, it failed there, or it is not '
  'asked for any more. The money stays, and can be refunded anew. reason: why, kept in ops.decisions with the '
  'payment''s id. Raises P0002 when there is no such request, 22023 when it is under way or was made, or without a '
  'reason.';
