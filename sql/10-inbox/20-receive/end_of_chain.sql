create function inbox.end_of_chain(facts jsonb) returns jsonb[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  -- What says nothing of the thing itself.
  v_about constant text[] := '{previous,is_last,event_id,type,occurred_at}';
  v_left jsonb[] := array(
    select f.value from jsonb_array_elements(end_of_chain.facts) as f
    where jsonb_typeof(f.value -> 'previous') = 'object'
  );
  v_next jsonb[];
  v_now jsonb[] := array(
    select f.value from jsonb_array_elements(end_of_chain.facts) as f
    where coalesce(jsonb_typeof(f.value -> 'previous'), 'null') <> 'object'
  );
begin
  -- It begins with what replaced nothing.
  if (select count(distinct n - v_about) from unnest(v_now) as n) <> 1 then
    return null;
  end if;
  while v_left <> '{}' loop
    v_next := array(
      select l from unnest(v_left) as l where (l - v_about) || (l -> 'previous') = v_now[1] - v_about
    );
    if (select count(distinct n - v_about) from unnest(v_next) as n) <> 1 then
      return null;
    end if;
    v_now := v_next;
    v_left := array(select l from unnest(v_left) as l where l <> all (v_next));
  end loop;
  return v_now;
end
$$;
comment on function inbox.end_of_chain(jsonb) is
  'Of facts of one time about one object: the last of a chain that begins with the one without previous values, and in '
  'which each is followed by the one whose previous values make it; as on, off and on again. Null: there is no such '
  'chain, or more than one.';
