create function commerce.apply_refund(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform commerce.apply_refunds(array[apply_refund.provider], array[apply_refund.fact]);
end
$$;
comment on function commerce.apply_refund(text, jsonb) is
  'Applies one refund.updated or payment.refunded fact: see commerce.apply_refunds.';
