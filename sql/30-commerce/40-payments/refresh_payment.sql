create function commerce.refresh_payment(payment_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform commerce.refresh_payments(array[payment_id]);
end
$$;
comment on function commerce.refresh_payment(uuid) is
  'Recomputes the status of one captured payment and its order: see commerce.refresh_payments.';
