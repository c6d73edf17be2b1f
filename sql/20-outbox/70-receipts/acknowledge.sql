create function outbox.acknowledge(delivery_id bigint, signature text, failed text default null)
returns table (outcome text, late boolean, duplicate boolean)
language plpgsql
set search_path = ''
as $$
declare
  v_error text := case when failed is not null then left(coalesce(nullif(btrim(failed), ''), 'no reason given'), 2000)
  end;
  v_before outbox.deliveries;
begin
  -- Digests of both are compared, so that the time it takes does not show how many bytes are right.
  if coalesce(
    sha256(convert_to(acknowledge.signature, 'UTF8'))
    <> sha256(convert_to(outbox.receipt_signature(acknowledge.delivery_id), 'UTF8')), true
  ) then
    return query select 'forged', false, false;
    return;
  end if;
  select d.* into v_before from outbox.deliveries d where d.id = acknowledge.delivery_id for no key update;
  if not found then
    return query select 'unknown', false, false;
    return;
  end if;

  -- Work that is done stays done. Work that failed may still succeed, or fail for another reason. In every state of the
  -- delivery: a receiver may be quicker than our record of its response.
  if v_before.processed_at is null then
    update outbox.deliveries d
    set processed_at = case when v_error is null then now() end, processing_error = v_error
    where d.id = v_before.id;
  end if;
  return query select
    case when v_error is null or v_before.processed_at is not null then 'processed' else 'failed' end,
    coalesce(coalesce(v_before.processed_at, now()) > v_before.receipt_due_at, false),
    v_before.processed_at is not null or (v_error is not null and v_before.processing_error is not null);
end
$$;
comment on function outbox.acknowledge(bigint, text, text) is
  'The receiver of a delivery reports that its work is done, or (failed: why) that it failed. outcome: processed, '
  'failed, forged (the signature is wrong) or unknown (no such delivery); repeating it changes nothing. By hand: '
  'select outbox.acknowledge(<id>, outbox.receipt_signature(<id>)).';
