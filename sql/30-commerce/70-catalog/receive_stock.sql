create function commerce.receive_stock(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = fact ->> 'sku' for no key update;
  if not found then
    perform inbox.park(receive_stock.provider || '/product/' || (fact ->> 'sku'),
      format('There is no product %s yet.', fact ->> 'sku'));
  end if;
  if exists (
    select 1 from public.stock_movements m where m.provider = receive_stock.provider
    and m.provider_ref = fact ->> 'provider_ref'
  ) then
    return;
  end if;
  if not commerce.move_stock(
    v_product.id, (fact ->> 'change')::integer, 'moved', provider => receive_stock.provider,
    provider_ref => fact ->> 'provider_ref',
    note => fact ->> 'reason'
  ) then
    -- A movement may have been received before and wait for this product: then it is retried.
    perform inbox.park(
      receive_stock.provider || '/product/' || v_product.sku,
      format(
        '%s of %s are to be removed, and only %s can be sold; it waits for more. If they are gone all the same, cancel '
        'orders or reservations.',
        -(fact ->> 'change')::integer, v_product.sku, v_product.stock)
    );
  end if;
end
$$;
comment on function commerce.receive_stock(text, jsonb) is
  'Applies stock.moved, each movement once by its id. Never below 0: a movement that would go below waits until there '
  'is enough, and is shown in ops.attention after an hour. Changes nothing for a product without counted stock.';
