create function commerce.move_stock(
  product_id uuid, quantity integer, reason public.stock_reason, checkout_session_id uuid default null, order_id uuid
  default null,
  provider text default null, provider_ref text default null, note text default null, stock_version bigint default null
) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_enough boolean;
begin
  -- Read by commerce.write_movement.
  perform set_config('signalbox.stock_moves', jsonb_build_object(
    'reason', move_stock.reason, 'checkout_session_id', move_stock.checkout_session_id, 'order_id', move_stock.order_id,
    'provider', move_stock.provider, 'provider_ref', move_stock.provider_ref, 'note', move_stock.note
  )::text, true);
  update public.products p
  set stock = coalesce(p.stock, 0) + move_stock.quantity, stock_version = coalesce(move_stock.stock_version,
    p.stock_version)
  where p.id = move_stock.product_id
    and coalesce(p.stock, 0) + move_stock.quantity >= 0
    and (p.stock is not null or move_stock.stock_version is not null);
  v_enough := found;
  perform set_config('signalbox.stock_moves', '', true);
  return v_enough or exists (select 1 from public.products p where p.id = move_stock.product_id and p.stock is null);
end
$$;
comment on function commerce.move_stock(uuid, integer, public.stock_reason, uuid, uuid, text, text, text, bigint) is
  'Changes how much of a product can be sold, and writes the reason to the ledger. False: there is not enough, and '
  'nothing changed. Stock that is not counted always suffices, and is counted from the first stock_version on.';
