create function commerce.release_checkout(checkout_session_id uuid, outcome public.checkout_status) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_reservation record;
begin
  update public.checkout_sessions s
  set status = release_checkout.outcome
  where s.id = release_checkout.checkout_session_id and s.status < release_checkout.outcome;

  if (select s.status from public.checkout_sessions s where s.id = release_checkout.checkout_session_id) = 'payment_completed' then
    return;
  end if;
  for v_reservation in
    select r.id, r.product_id, r.quantity
    from public.stock_reservations r
    where r.checkout_session_id = release_checkout.checkout_session_id and r.status = 'held'
    order by r.product_id
  loop
    update public.products p set stock = p.stock + v_reservation.quantity where p.id = v_reservation.product_id;
    update public.stock_reservations r set status = 'released' where r.id = v_reservation.id;
  end loop;
end
$$;
comment on function commerce.release_checkout(uuid, public.checkout_status) is
  'A checkout ended unpaid (payment_failed, cancelled, expired): its stock goes back on sale. A paid one is left alone. The caller holds the checkout''s row.';
