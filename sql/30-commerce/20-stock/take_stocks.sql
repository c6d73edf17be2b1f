create function commerce.take_stocks(checkouts uuid[]) returns text[]
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_results text[] := array_fill(null::text, array[cardinality(checkouts)]);
  v_late uuid[];
  v_checkout uuid;
  v_missing text[];
begin
  update public.stock_reservations r set status = 'taken'
  where r.checkout_session_id = any (checkouts) and r.status = 'held';

  -- The payment came after its stock had been released: take the stock again as far as there is some.
  select array_agg(distinct r.checkout_session_id) into v_late
  from public.stock_reservations r
  where r.checkout_session_id = any (checkouts) and r.status = 'released';
  if v_late is null then
    return v_results;
  end if;
  foreach v_checkout in array v_late loop
    perform inbox.set_cause(v_checkout);
    v_missing := commerce.hold_stock(v_checkout, 'taken');
    if v_missing <> '{}' then
      v_results[array_position(checkouts, v_checkout)] := format(
        'Paid after its reservation had ended, and sold out since: %s. Restock and settle, or refund.',
        array_to_string(v_missing, ', ')
      );
    end if;
  end loop;
  return v_results;
end
$$;
comment on function commerce.take_stocks(uuid[]) is
  'Checkouts are paid: their reserved stock is sold. Returns for each null, or a text about what is missing. Never '
  'makes stock negative. The caller holds the checkouts'' rows.';
