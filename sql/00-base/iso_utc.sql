create function ops.iso_utc(moment timestamptz) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end
$$;
comment on function ops.iso_utc(timestamptz) is
  'A timestamp as ISO 8601 in UTC with milliseconds, the format of all messages.';
