create function commerce.take_stock(checkout_session_id uuid) returns text
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_reservation record;
  v_missing text[] := '{}';
begin
  update public.stock_reservations r set status = 'taken'
  where r.checkout_session_id = take_stock.checkout_session_id and r.status = 'held';

  -- The money came after its stock had been given back: take it again where there is some.
  for v_reservation in
    select r.id, r.product_id, r.quantity
    from public.stock_reservations r
    where r.checkout_session_id = take_stock.checkout_session_id and r.status = 'released'
    order by r.product_id
  loop
    update public.products p set stock = p.stock - v_reservation.quantity
    where p.id = v_reservation.product_id and (p.stock is null or p.stock >= v_reservation.quantity);
    if found then
      update public.stock_reservations r set status = 'taken' where r.id = v_reservation.id;
    else
      v_missing := v_missing || (
        select format('%s × %s (%s left)', v_reservation.quantity, p.sku, p.stock) from public.products p where p.id = v_reservation.product_id
      );
    end if;
  end loop;
  if v_missing <> '{}' then
    return format('Paid after its reservation had ended, and sold out since: %s. Restock and settle, or refund.', array_to_string(v_missing, ', '));
  end if;
  return null;
end
$$;
comment on function commerce.take_stock(uuid) is 'A checkout is paid: its reserved stock is sold. Returns null, or in words what is missing. Never makes stock negative.';
