create function ops.iso_utc(moment timestamptz) returns text
language sql immutable parallel safe
set search_path = ''
return to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
comment on function ops.iso_utc(timestamptz) is 'A moment as ISO 8601 in UTC with milliseconds, the way messages carry it.';
