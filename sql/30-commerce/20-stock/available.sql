create function commerce.available(reservation public.stock_reservations) returns integer
language plpgsql stable
set search_path = ''
as $$
begin
  return least(
    (select p.stock from public.products p where p.id = reservation.product_id),
    case when reservation.cohort_id is not null then learning.free_seats(reservation.cohort_id) end,
    case when reservation.tutor_email is not null and tutoring.is_busy(reservation.tutor_email, reservation.starts_at,
      reservation.ends_at) then 0 end
  );
end
$$;
comment on function commerce.available(public.stock_reservations) is
  'How many are available of what a reservation asks for. For texts that people read.';
