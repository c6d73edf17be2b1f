create function commerce.note_refund(request_id uuid, provider_ref text default null, error text default null)
  returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payment uuid;
begin
  update public.refund_requests q
  set status = case when note_refund.provider_ref is null then 'refused' else 'sent' end::public.refund_request_status,
      provider_ref = note_refund.provider_ref, error = case when note_refund.provider_ref is null
      then note_refund.error end
  where q.id = note_refund.request_id and q.status = 'requested'
  returning q.payment_id into v_payment;
  if found then
    -- The webhook may have been applied before the response.
    perform commerce.settle_restock(commerce.lock_payment(v_payment));
  end if;
end
$$;
comment on function commerce.note_refund(uuid, text, text) is
  'The courier records the provider''s response to a refund request: its id of the refund, or why it was refused.';
