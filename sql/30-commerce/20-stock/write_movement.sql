create function commerce.write_movement() returns trigger
language plpgsql
security definer -- the writer of a product has no right to write the ledger
set search_path = ''
as $$
declare
  v_why jsonb := nullif(current_setting('signalbox.stock_moves', true), '');
begin
  insert into public.stock_movements (product_id, quantity, reason, checkout_session_id, order_id, provider,
    provider_ref, note)
  values (
    new.id,
    coalesce(new.stock, 0) - case when tg_op = 'UPDATE' then coalesce(old.stock, 0) else 0 end,
    coalesce((v_why ->> 'reason')::public.stock_reason, case when tg_op = 'INSERT' then 'opened' else 'corrected'
      end::public.stock_reason),
    (v_why ->> 'checkout_session_id')::uuid, (v_why ->> 'order_id')::uuid, v_why ->> 'provider',
      v_why ->> 'provider_ref', v_why ->> 'note'
  );
  return null;
end
$$;
comment on function commerce.write_movement() is
  'Row trigger: writes each change of a product''s stock into the ledger, with the reason that commerce.move_stock '
  'gave.';

create trigger write_opening after insert on public.products
for each row when (new.stock <> 0) execute function commerce.write_movement();
create trigger write_movement after update of stock on public.products
for each row when (coalesce(new.stock, 0) <> coalesce(old.stock, 0)) execute function commerce.write_movement();
