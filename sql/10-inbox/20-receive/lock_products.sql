create function inbox.lock_products(events jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform 1
  from public.products p
  where p.sku in (
    with named as (
      select f.provider, f.fact
      from inbox.facts_in(events) as f
      where split_part(f.fact ->> 'type', '.', 1) in ('product', 'stock')
    )
    select n.fact ->> 'sku' from named n
    union
    -- A parked event about one of them may be retried in this transaction.
    select f.value ->> 'sku'
    from named n, unnest(inbox.fact_keys(n.provider, n.fact)) as k (key), inbox.events e,
      jsonb_array_elements(e.facts) as f
    where e.status = 'parked' and e.waiting_for = k.key
  )
  order by p.id
  for no key update;
end
$$;
comment on function inbox.lock_products(jsonb) is
  'Locks the rows of all products that events are about, by id, before the first is changed: events may name hundreds, '
  'in any order, and checkouts lock theirs by id.';
