create function commerce.apply_product(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v jsonb := inbox.newest(provider, 'product/' || (fact ->> 'provider_ref'), event_id, fact);
begin
  update public.products p
  set name = v ->> 'name', description = v ->> 'description', active = (v ->> 'active')::boolean,
      as_of = (v ->> 'occurred_at')::timestamptz, as_of_event = v ->> 'event_id'
  where p.sku = v ->> 'sku' and (p.as_of is null or (v ->> 'occurred_at')::timestamptz >= p.as_of);
end
$$;
comment on function commerce.apply_product(text, text, jsonb) is
  'Applies product.updated to our product of that sku: name, description, on sale or not; never price or stock. The '
  'latest event wins; for events of one time inbox.latest_of decides. One that names no sku of ours changes nothing.';
