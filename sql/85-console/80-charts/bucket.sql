create function console.bucket(moment timestamptz, since timestamptz, width interval) returns integer
language sql immutable parallel safe
set search_path = ''
return floor(extract(epoch from moment - since) / extract(epoch from width))::integer;
comment on function console.bucket(timestamptz, timestamptz, interval) is 'In which bucket of a chart a time falls.';
