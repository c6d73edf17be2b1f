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
  'Applies stock.set: what can be sold of a product is what was counted, if its version is higher than that of the '
  'stock. A sale or a reservation that the counter had not heard of made that one higher: the count then changes '
  'nothing, and nothing that is held is sold twice.';
