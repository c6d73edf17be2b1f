create function console.count(what text, filters jsonb default '{}') returns jsonb
language plpgsql -- volatile: it reads a plan by EXPLAIN
security definer -- the schemas inbox, outbox and ops stay closed to the Data API
set search_path = ''
set enable_seqscan = off -- see console.bounds
as $$
declare
  v_look integer := case when count.filters ? 'payload' then 5000 else 100001 end;
  v_bounds record;
  v_count bigint;
  v_plan json;
  v_rows numeric;
begin
  perform console.require_admin();
  v_bounds := console.bounds(count.what, count.filters, null, v_look);
  execute format('select count(*) from %s t where %s and %s', v_bounds.relation, v_bounds.within, v_bounds.matches)
    into v_count;
  if v_bounds.stop is null then
    return jsonb_build_object('count', v_count, 'exact', true);
  end if;
  -- The share of those looked at, of all that the planner expects in that time.
  execute format('explain (format json) select 1 from %s t where %s', v_bounds.relation, v_bounds.reach) into v_plan;
  v_rows := (v_plan -> 0 -> 'Plan' ->> 'Plan Rows')::numeric;
  return jsonb_build_object(
    'count', greatest(v_count, round(v_count * greatest(v_rows, v_look) / v_look)::bigint), 'exact', false
  );
end
$$;
comment on function console.count(text, jsonb) is
  'How many rows a list has, with the same filters as list: {count, exact}. Up to 100000 rows are counted (with a '
  'filter '
  'of payload 5000); beyond, count is an estimate and exact is false.';
