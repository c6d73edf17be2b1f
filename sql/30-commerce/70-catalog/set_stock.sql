create function commerce.set_stock(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = fact ->> 'sku' for no key update;
  if not found then
    perform inbox.park(set_stock.provider || '/product/' || (fact ->> 'sku'),
      format('There is no product %s yet.', fact ->> 'sku'));
  end if;
  if (fact ->> 'version')::bigint > v_product.stock_version then
    perform commerce.move_stock(
      v_product.id, (fact ->> 'stock')::integer - coalesce(v_product.stock, 0), 'counted',
      note => set_stock.provider || ' ' || set_stock.event_id, stock_version => (fact ->> 'version')::bigint
    );
  end if;
end
$$;
comment on function commerce.set_stock(text, text, jsonb) is
  'Applies stock.set: the counted stock of a product replaces ours, if its version is higher than that of our stock. A '
  'sale or a reservation that the counter did not know raises our version: the count then changes nothing, and nothing '
  'that is held is sold twice.';
