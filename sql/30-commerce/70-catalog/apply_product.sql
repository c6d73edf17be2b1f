create function commerce.apply_product(provider text, event_id text, fact jsonb) returns void
language sql
set search_path = ''
begin atomic
  update public.products p
  set name = fact ->> 'name', description = fact ->> 'description', active = (fact ->> 'active')::boolean,
      as_of = (fact ->> 'occurred_at')::timestamptz, as_of_event = apply_product.event_id
  where p.sku = fact ->> 'sku'
    and (p.as_of is null or ((fact ->> 'occurred_at')::timestamptz, apply_product.event_id) > (p.as_of, p.as_of_event));
end;
comment on function commerce.apply_product(text, text, jsonb) is
  'Applies product.updated to our product of that sku: name, description, on sale or not; never price or stock. The newest news wins. One that names no sku of ours changes nothing.';
