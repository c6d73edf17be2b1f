create function commerce.release_stock(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_reservation record;
begin
  for v_reservation in
    select r.id, r.product_id, r.quantity
    from public.stock_reservations r
    where r.checkout_session_id = release_stock.checkout_session_id and r.status = 'held'
    order by r.product_id
  loop
    -- Stock that was not counted when it was reserved was never subtracted.
    if (
      select sum(m.quantity) < 0 from public.stock_movements m
      where m.checkout_session_id = release_stock.checkout_session_id and m.product_id = v_reservation.product_id
    ) then
      perform commerce.move_stock(v_reservation.product_id, v_reservation.quantity, 'released',
        release_stock.checkout_session_id);
    end if;
    update public.stock_reservations r set status = 'released' where r.id = v_reservation.id;
  end loop;
end
$$;
comment on function commerce.release_stock(uuid) is
  'Puts the held reservations of a checkout back on sale. What was sold stays sold. The caller holds the checkout''s '
  'row.';
