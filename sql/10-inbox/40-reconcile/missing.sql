create function inbox.missing(events jsonb, lists text) returns table ("position" integer)
language plpgsql stable
set search_path = ''
as $$
begin
  if coalesce(lists, '') not in ('events', 'objects') then
    raise exception 'there is no list of %', coalesce(lists, '(none)') using errcode = '22023',
      hint = 'events, or objects.';
  end if;
  return query
    select (g.ordinality - 1)::integer
    from jsonb_array_elements(events) with ordinality as g
    where not exists (
        select 1 from inbox.events e
        where e.provider = g.value ->> 'provider' and e.provider_event_id = g.value ->> 'provider_event_id'
          and not inbox.is_replaced_by(e, g.value)
      )
      and (
        lists = 'events'
        or jsonb_typeof(g.value -> 'facts') is distinct from 'array' -- an unreadable event must be looked at
        or exists (select 1 from jsonb_array_elements(g.value -> 'facts') f
          where not inbox.knows_fact(g.value ->> 'provider', f.value))
      )
    order by g.ordinality;
end
$$;
comment on function inbox.missing(jsonb, text) is
  'Which of these events were not received, by their position from 0. lists: events (their ids are those of webhooks) '
  'or objects (missing: applying it would change something here).';
