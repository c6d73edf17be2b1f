create function commerce.overlap(providers text[], facts jsonb[], checkouts uuid[]) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return exists (
    select 1
    from unnest(providers, facts, checkouts) as g (provider, fact, checkout),
      unnest(array[g.provider || '/payment/' || (g.fact ->> 'provider_ref'), g.provider || '/parts/' ||
        (g.fact ->> 'part_of'), g.checkout::text]) as t (thing)
    where t.thing is not null
    group by t.thing
    having count(*) > 1
  );
end
$$;
comment on function commerce.overlap(text[], jsonb[], uuid[]) is
  'Whether two payment facts are about one payment, one whole of several payments, or one checkout.';
