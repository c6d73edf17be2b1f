create function commerce.take_stock(checkout_session_id uuid) returns text
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_missing text[];
begin
  update public.stock_reservations r set status = 'taken'
  where r.checkout_session_id = take_stock.checkout_session_id and r.status = 'held';

  -- The payment came after its stock had been released: take the stock again as far as there is some.
  v_missing := commerce.hold_stock(take_stock.checkout_session_id, 'taken');
  if v_missing <> '{}' then
    return format('Paid after its reservation had ended, and sold out since: %s. Restock and settle, or refund.',
      array_to_string(v_missing, ', '));
  end if;
  return null;
end
$$;
comment on function commerce.take_stock(uuid) is
  'A checkout is paid: its reserved stock is sold. Returns null, or a text about what is missing. Never makes stock '
  'negative.';
