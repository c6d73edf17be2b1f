create function commerce.apply_payment(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform commerce.apply_payments(array[apply_payment.provider], array[apply_payment.fact]);
end
$$;
comment on function commerce.apply_payment(text, jsonb) is
  'Applies one payment.* fact: see commerce.apply_payments.';
