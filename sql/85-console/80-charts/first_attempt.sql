-- Attempts have no index by time; their ids follow it.
create function console.first_attempt(moment timestamptz) returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
  v_low bigint := coalesce((select min(a.id) from outbox.attempts a), 0);
  v_high bigint := coalesce((select max(a.id) from outbox.attempts a), 0) + 1;
  v_middle bigint;
  v_at timestamptz;
begin
  while v_low < v_high loop
    v_middle := v_low + (v_high - v_low) / 2;
    select a.started_at into v_at from outbox.attempts a where a.id >= v_middle order by a.id limit 1;
    if v_at >= first_attempt.moment then
      v_high := v_middle;
    else
      v_low := v_middle + 1;
    end if;
  end loop;
  return v_low;
end
$$;
comment on function console.first_attempt(timestamptz) is
  'The id of about the first delivery attempt since then, found in some twenty lookups.';
