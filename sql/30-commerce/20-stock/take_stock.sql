create function commerce.take_stock(checkout_session_id uuid) returns text
language plpgsql
set search_path = ''
as $$
begin
  return (commerce.take_stocks(array[take_stock.checkout_session_id]))[1];
end
$$;
comment on function commerce.take_stock(uuid) is
  'A checkout is paid: its reserved stock is sold. Returns null, or a text about what is missing: see '
  'commerce.take_stocks.';
