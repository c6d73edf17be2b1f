create function inbox.lock_keys(events jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- In one order everywhere, and outside any subtransaction, so that they are held to the end whatever the result of an
  -- event.
  perform pg_advisory_xact_lock(k.id)
  from (
    select distinct hashtextextended(key, 0) as id
    from inbox.facts_in(events) as f, unnest(inbox.fact_keys(f.provider, f.fact)) as key
    order by id
  ) as k;
  if events @? '$[*].facts[*] ? (@.type starts with "product." || @.type starts with "stock.")' then
    perform inbox.lock_products(events);
  end if;
  if jsonb_array_length(events) > 1 then
    perform commerce.lock_checkouts(
      coalesce(array_agg(f.id) filter (where f.type = 'payment.captured'), '{}'),
      coalesce(array_agg(f.id) filter (where f.type <> 'payment.captured'), '{}')
    )
    from (
      select f.fact ->> 'type' as type, (f.fact ->> 'checkout_session_id')::uuid as id
      from inbox.facts_in(events) as f
      where f.fact ->> 'checkout_session_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    ) f;
  end if;
end
$$;
comment on function inbox.lock_keys(jsonb) is
  'Takes the locks of all objects the events'' facts are about, in one order: [{"provider":"…","facts":[…]}].';
