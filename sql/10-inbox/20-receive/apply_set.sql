-- Applies events as a set, in one subtransaction. If that fails, nothing is applied: inbox.settle then finds out which
-- event fails, and why.
create function inbox.apply_set(kind text, ids uuid[]) returns uuid[]
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_providers text[];
  v_facts jsonb[];
begin
  if coalesce(cardinality(ids), 0) < 2 then
    return '{}';
  end if;
  select array_agg(e.provider order by g.place), array_agg(e.facts -> 0 order by g.place) into v_providers, v_facts
  from unnest(ids) with ordinality as g (id, place)
  cross join lateral (select e.* from inbox.events e where e.id = g.id offset 0) e;
  begin
    case kind
      when 'captured' then perform commerce.apply_payments(v_providers, v_facts, ids);
      when 'refunds' then perform commerce.apply_refunds(v_providers, v_facts, ids);
    end case;
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
  return ids;
end
$$;
comment on function inbox.apply_set(text, uuid[]) is
  'Applies events of one kind (captured, refunds), each with one fact, as a set. Returns their ids; none, when there '
  'are not two, or when the set fails. Raises nothing but a deadlock.';
