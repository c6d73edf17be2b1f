create function inbox.newest(provider text, thing text, event_id text, fact jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_moment timestamptz := fact ->> 'occurred_at';
  v_known inbox.latest_facts;
  v_said jsonb := fact || jsonb_build_object('event_id', event_id);
  v record;
begin
  select l.* into v_known
  from inbox.latest_facts l
  where l.provider = newest.provider and l.thing = newest.thing
  for no key update;
  if v_moment < v_known.moment then
    return null;
  elsif v_known.moment = v_moment then
    if exists (select 1 from jsonb_array_elements(v_known.facts) as f where f.value - 'event_id' = fact) then
      return null;
    end if;
    v := inbox.latest_of(v_known.facts || v_said);
    update inbox.latest_facts l
    set facts = v_known.facts || v_said, undecided = not v.decided, updated_at = now()
    where l.provider = newest.provider and l.thing = newest.thing;
    return v.latest;
  end if;
  insert into inbox.latest_facts as l (provider, thing, moment, facts)
  values (newest.provider, newest.thing, v_moment, jsonb_build_array(v_said))
  on conflict on constraint what_was_last_said_of_a_thing_is_one_row do update
  set moment = excluded.moment, facts = excluded.facts, undecided = false, updated_at = now();
  return v_said;
end
$$;
comment on function inbox.newest(text, text, text, jsonb) is
  'Records a fact about an object (membership/sub_1), and returns the latest known fact about it, with its event_id; '
  'null when this fact is outdated. The caller holds the lock of the fact''s key.';
