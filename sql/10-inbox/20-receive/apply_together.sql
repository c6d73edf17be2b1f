-- Applies what can be applied as a set, in one subtransaction. If that fails, nothing is applied: inbox.settle then
-- finds out which event fails, and why.
create function inbox.apply_together(ids uuid[]) returns uuid[]
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_ids uuid[];
  v_providers text[];
  v_facts jsonb[];
begin
  select array_agg(e.id order by g.place), array_agg(e.provider order by g.place),
    array_agg(e.facts -> 0 order by g.place)
  into v_ids, v_providers, v_facts
  from unnest(ids) with ordinality as g (id, place)
  cross join lateral (select e.* from inbox.events e where e.id = g.id offset 0) e
  where e.status = 'applied' and jsonb_array_length(e.facts) = 1 and e.facts -> 0 ->> 'type' = 'payment.captured';
  if cardinality(v_ids) > 1 then
    begin
      perform commerce.apply_payments(v_providers, v_facts, v_ids);
    exception
      when deadlock_detected then
        raise;
      when others then
        return '{}';
    end;
    perform set_config('signalbox.event_ids', '', true);
    perform set_config('signalbox.event_id', '', true);
    perform inbox.wake_parked(array(
      select k.key
      from unnest(v_providers, v_facts) as f (provider, fact), unnest(inbox.fact_keys(f.provider, f.fact)) as k (key)
    ));
    return v_ids;
  end if;
  return '{}';
end
$$;
comment on function inbox.apply_together(uuid[]) is
  'The part of inbox.receive that applies new events as a set: those that hold one captured payment. Returns the ids '
  'of those that it applied; the others are for inbox.settle. Raises nothing but a deadlock.';
