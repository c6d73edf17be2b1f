create function commerce.set_product(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_sku text := fact ->> 'sku';
  v_version bigint := fact ->> 'version';
  v_parts text[] := array(select p.part from unnest('{name,description,price_minor,active}'::text[]) as p (part)
    where fact ? p.part);
  v_product public.products;
begin
  select p.* into v_product from public.products p where p.sku = v_sku for no key update;
  if not found and fact ?& '{name,price_minor,currency}' then
    -- Nothing of it can be sold until its stock is set.
    insert into public.products (sku, name, description, price_minor, currency, active, stock, version, stock_version,
      catalog_versions)
    values (
      v_sku, fact ->> 'name', fact ->> 'description', (fact ->> 'price_minor')::bigint, fact ->> 'currency',
      coalesce((fact ->> 'active')::boolean, true), 0, v_version, 0,
      (select '{"all": 0}' || jsonb_object_agg(p.part, v_version) from unnest(v_parts) as p (part))
    )
    on conflict on constraint a_sku_names_one_product do nothing;
    if found then
      return;
    end if;
    -- Another transaction created it at the same time.
    select p.* into v_product from public.products p where p.sku = v_sku for no key update;
  end if;
  if v_product.id is null then
    perform inbox.park(
      set_product.provider || '/product/' || v_sku,
      format(
        'There is no product %s yet; it is created as soon as its name, price_minor and currency are received.', v_sku)
    );
  end if;

  v_parts := array(
    select p.part
    from unnest(v_parts) as p (part)
    where v_version > greatest((v_product.catalog_versions ->> 'all')::bigint,
      (v_product.catalog_versions ->> p.part)::bigint)
  );
  if v_parts = '{}' then
    return;
  end if;
  update public.products p
  set name = case when 'name' = any (v_parts) then fact ->> 'name' else p.name end,
      description = case when 'description' = any (v_parts) then fact ->> 'description' else p.description end,
      price_minor = case when 'price_minor' = any (v_parts) then (fact ->> 'price_minor')::bigint
        else p.price_minor end,
      currency = case when 'price_minor' = any (v_parts) then fact ->> 'currency' else p.currency end,
      active = case when 'active' = any (v_parts) then (fact ->> 'active')::boolean else p.active end,
      version = greatest(p.version, v_version),
      catalog_versions = p.catalog_versions || (select jsonb_object_agg(n.part, v_version)
        from unnest(v_parts) as n (part))
  where p.id = v_product.id;
end
$$;
comment on function commerce.set_product(text, jsonb) is
  'Applies product.set: the higher version wins, part by part, in any order; a write that is not above our own last '
  'change was made without knowing it, and changes nothing. An unknown sku becomes a product (goods, none in stock) '
  'once its name, price and currency are set, and waits until then.';
