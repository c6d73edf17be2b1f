create function ops.uuid7_at(moment timestamptz) returns uuid
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_milliseconds bigint := greatest(date_part('epoch', moment) * 1000, 0);
begin
  return rpad(lpad(to_hex(v_milliseconds), 12, '0') || '70008', 32, '0')::uuid;
end
$$;
comment on function ops.uuid7_at(timestamptz) is
  'The lowest id that ops.uuid7 can make at this time: id >= ops.uuid7_at(now() - interval ''1 day'') finds new rows '
  'by the primary key.';
