create function commerce.reserve_stock(checkout_session_id uuid, product_id uuid, quantity integer) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_product public.products;
begin
  update public.products p
  set stock = p.stock - reserve_stock.quantity
  where p.id = reserve_stock.product_id and (p.stock is null or p.stock >= reserve_stock.quantity)
  returning p.* into v_product;
  if not found then
    select p.* into v_product from public.products p where p.id = reserve_stock.product_id;
    raise exception '% is sold out: % asked for, % left', v_product.sku, reserve_stock.quantity, v_product.stock
      using errcode = 'P0001', hint = 'Ask the buyer to take fewer, or to come back: an unpaid checkout gives its stock back when it expires.';
  end if;
  if v_product.stock is not null then
    insert into public.stock_reservations (checkout_session_id, product_id, quantity)
    values (reserve_stock.checkout_session_id, reserve_stock.product_id, reserve_stock.quantity);
  end if;
end
$$;
comment on function commerce.reserve_stock(uuid, uuid, integer) is 'Sets stock aside for a checkout. Raises P0001 when there is not enough. Products whose stock is not counted need no reservation.';
