create function commerce.reserve_stock(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_item record;
  v_reservation public.stock_reservations;
begin
  perform tutoring.check_trial(reserve_stock.checkout_session_id);
  perform commerce.lock_seats(array[reserve_stock.checkout_session_id]);
  -- Stock rows are locked in the order of their ids, as everywhere.
  for v_item in
    select i.*, p.stock, p.tutor_email, p.session_minutes
    from public.checkout_items i join public.products p on p.id = i.product_id
    where i.checkout_session_id = reserve_stock.checkout_session_id
    order by i.product_id, i.starts_at
  loop
    if v_item.stock is null and v_item.kind in ('goods', 'credit_pack') then
      update public.checkout_items i set reserved = false where i.id = v_item.id;
      continue;
    end if;
    v_reservation := null;
    v_reservation.id := ops.uuid7();
    v_reservation.checkout_session_id := v_item.checkout_session_id;
    v_reservation.product_id := v_item.product_id;
    v_reservation.quantity := v_item.quantity;
    v_reservation.status := 'held';
    v_reservation.cohort_id := v_item.cohort_id;
    v_reservation.tutor_email := case when v_item.kind = 'tutoring_session' then v_item.tutor_email end;
    v_reservation.starts_at := v_item.starts_at;
    v_reservation.ends_at := v_item.starts_at + make_interval(mins => v_item.session_minutes);
    v_reservation.created_at := now();
    v_reservation.updated_at := now();
    if not commerce.claim_stock(v_reservation) then
      raise exception 'product % is sold out: % asked for, % left', v_item.sku, v_item.quantity,
        commerce.available(v_reservation)
        using errcode = 'P0001', detail = 'sold_out', column = v_item.name, table = v_item.kind,
          hint = case
            when v_reservation.tutor_email is not null then tutoring.another_time(v_reservation.tutor_email,
              v_reservation.starts_at, v_item.session_minutes)
            else 'Ask the buyer to take fewer, or to come back: an unpaid checkout releases its stock when it expires.'
          end;
    end if;
    insert into public.stock_reservations select v_reservation.*;
  end loop;
end
$$;
comment on function commerce.reserve_stock(uuid) is
  'Reserves what the items of a new checkout ask for. Raises P0001 when there is not enough. Goods without counted '
  'stock need no reservation.';
