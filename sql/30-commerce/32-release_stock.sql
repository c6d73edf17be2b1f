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
    update public.products p set stock = p.stock + v_reservation.quantity where p.id = v_reservation.product_id;
    update public.stock_reservations r set status = 'released' where r.id = v_reservation.id;
  end loop;
end
$$;
comment on function commerce.release_stock(uuid) is 'Puts what is held for a checkout back on sale. What was sold stays sold. The caller holds the checkout''s row.';
