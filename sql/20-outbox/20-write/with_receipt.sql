create function outbox.with_receipt(payload text, delivery_id bigint) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_url text := outbox.receipt_url(with_receipt.delivery_id);
begin
  -- Payloads are objects that we wrote ourselves: a member is added before the last brace, and nothing else changes.
  return case when v_url is null then payload else left(payload, -1) || ',"receipt_url":' || to_json(v_url) || '}' end;
end
$$;
comment on function outbox.with_receipt(text, bigint) is
  'A message''s payload with the URL at which its receiver reports that its work is done.';
