create function commerce.make_order(payment public.payments, checkout public.checkout_sessions) returns uuid
language plpgsql
set search_path = ''
as $$
begin
  return (commerce.make_orders(array[payment], array[checkout]))[1];
end
$$;
comment on function commerce.make_order(public.payments, public.checkout_sessions) is
  'A captured payment makes its one order: see commerce.make_orders. Returns the order''s id.';
