create function inbox.latest_of(facts jsonb, out latest jsonb, out decided boolean)
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_left jsonb[];
  v_fewer jsonb[];
begin
  -- A fact that another fact replaced is not the latest.
  select array_agg(f.value) into v_left
  from jsonb_array_elements(latest_of.facts) as f
  where not exists (
    select 1 from jsonb_array_elements(latest_of.facts) as g where g.value <> f.value
    and inbox.follows(g.value, f.value)
  );
  -- In a cycle (on and off again) none is left: then it is where the chain ends; without one, all are candidates.
  v_left := coalesce(v_left, inbox.end_of_chain(latest_of.facts),
    array(select f.value from jsonb_array_elements(latest_of.facts) as f));

  -- No fact follows a final one.
  v_fewer := array(select l from unnest(v_left) as l where (l -> 'is_last') = 'true');
  if v_fewer = '{}' then
    v_fewer := array(
      select l from unnest(v_left) as l where l ->> 'status' in ('cancelled', 'expired', 'closed', 'won', 'lost')
    );
  end if;
  if v_fewer <> '{}' then
    v_left := v_fewer;
  end if;
  -- Periods only move forward.
  v_fewer := array(
    select l from unnest(v_left) as l
    where l ->> 'current_period_end' = (select max(m ->> 'current_period_end') from unnest(v_left) as m)
  );
  if v_fewer <> '{}' then
    v_left := v_fewer;
  end if;

  select l into latest
  from unnest(v_left) as l
  -- A preference, until the provider has been asked.
  order by (l -> 'previous') is not null and l -> 'previous' <> 'null' desc,
    array_position(
      array['incomplete', 'trialing', 'active', 'past_due', 'paused', 'needs_response', 'under_review'], l ->> 'status'
    ) desc nulls last,
    (l - 'event_id')::text desc, l ->> 'event_id' desc
  limit 1;
  decided := (select count(distinct l - '{previous,is_last,event_id,type}'::text[]) from unnest(v_left) as l) <= 1;
end
$$;
comment on function inbox.latest_of(jsonb) is
  'The latest of several facts of one time about one object: by the values each one replaced (previous), by finality '
  '(is_last, a final status), by its period. decided false: that does not decide, and the provider must be asked. The '
  'result depends on the set of facts only, not on their order, nor on the ids of their events.';
