create function commerce.catalog_state(skus jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'sku', s.sku, 'known', p.id is not null, 'version', p.version, 'own_version', p.catalog_versions -> 'all',
        'stock', p.stock,
        'stock_version', p.stock_version, 'active', p.active
      ) order by s.position), '[]')
    from (select e.value as sku, min(e.ordinality) as position from jsonb_array_elements_text(skus) with ordinality e
      group by 1) s
    left join public.products p on p.sku = s.sku
  );
end
$$;
comment on function commerce.catalog_state(jsonb) is
  'The current state of these products, in the order in which they are named, each once: the response of '
  'functions/catalog, so that a writer knows what to base the next write on. own_version: our own last change; a write '
  'that is not above it lost.';
