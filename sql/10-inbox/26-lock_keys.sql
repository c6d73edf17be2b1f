create function inbox.lock_keys(events jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- In one order everywhere, and outside any subtransaction, so that they are held to the end whatever becomes of an event.
  perform pg_advisory_xact_lock(k.id)
  from (
    select distinct hashtextextended(key, 0) as id
    from jsonb_array_elements(events) as e,
         jsonb_array_elements(case when jsonb_typeof(e.value -> 'facts') = 'array' then e.value -> 'facts' else '[]' end) as f,
         unnest(inbox.fact_keys(e.value ->> 'provider', f.value)) as key
    order by id
  ) as k;
end
$$;
comment on function inbox.lock_keys(jsonb) is 'Takes the locks of everything the events'' facts are about: [{"provider":"…","facts":[…]}].';
