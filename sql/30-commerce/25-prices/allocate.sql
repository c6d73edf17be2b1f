create function commerce.allocate(minor numeric, weights numeric[]) returns numeric[]
language plpgsql immutable
set search_path = ''
as $$
declare
  v_shares numeric[] := '{}';
  v_all numeric := (select coalesce(sum(w.weight), 0) from unnest(weights) w (weight));
  v_so_far numeric := 0;
  v_given numeric := 0;
  v_weight numeric;
begin
  -- Each share is what is due up to its line, less what the lines before got: so nothing is lost to rounding.
  foreach v_weight in array weights loop
    v_so_far := v_so_far + v_weight;
    v_shares := v_shares || case when v_all = 0 then 0 else div(allocate.minor * v_so_far, v_all) - v_given end;
    v_given := case when v_all = 0 then 0 else div(allocate.minor * v_so_far, v_all) end;
  end loop;
  return v_shares;
end
$$;
comment on function commerce.allocate(numeric, numeric[]) is
  'Divides a whole amount by weights into whole shares that add up to it exactly. None is negative, and none is above '
  'its weight when the amount is at most the sum of them.';
