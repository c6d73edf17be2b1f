-- The only place that decides whether there is enough stock.
create function commerce.claim_stock(reservation public.stock_reservations) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if reservation.cohort_id is not null and learning.free_seats(reservation.cohort_id) < reservation.quantity then
    return false;
  end if;
  if reservation.tutor_email is not null and tutoring.is_busy(reservation.tutor_email, reservation.starts_at,
    reservation.ends_at) then
    return false;
  end if;
  return commerce.move_stock(reservation.product_id, -reservation.quantity, 'reserved',
    reservation.checkout_session_id);
end
$$;
comment on function commerce.claim_stock(public.stock_reservations) is
  'Takes the quantity of a reservation from what is free: stock, a cohort''s seats, a tutor''s time. False: there is '
  'not enough, and nothing changed. The caller then sets the reservation to held or taken; it has called '
  'commerce.lock_seats.';
