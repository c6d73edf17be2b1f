create function commerce.hold_stock(checkout_session_id uuid, outcome public.reservation_status default 'held')
  returns text[]
language plpgsql
set search_path = ''
as $$
declare
  v_reservation public.stock_reservations;
  v_missing text[] := '{}';
begin
  if not exists (
    select 1 from public.stock_reservations r where r.checkout_session_id = hold_stock.checkout_session_id
    and r.status = 'released'
  ) then
    return v_missing;
  end if;
  perform commerce.lock_seats(array[hold_stock.checkout_session_id]);
  for v_reservation in
    select r.*
    from public.stock_reservations r
    where r.checkout_session_id = hold_stock.checkout_session_id and r.status = 'released'
    order by r.product_id
  loop
    if commerce.claim_stock(v_reservation) then
      update public.stock_reservations r set status = hold_stock.outcome where r.id = v_reservation.id;
    else
      v_missing := v_missing || (
        select format('%s × %s (%s left)', v_reservation.quantity, p.sku, commerce.available(v_reservation))
        from public.products p where p.id = v_reservation.product_id
      );
    end if;
  end loop;
  return v_missing;
end
$$;
comment on function commerce.hold_stock(uuid, public.reservation_status) is
  'Holds the released reservations of a checkout again, as far as there is stock. Returns a text about what is '
  'missing. Never makes stock negative. The caller holds the checkout''s row.';
