create function ops.counted(count bigint, one text, many text default null) returns text
language sql immutable parallel safe
set search_path = ''
return counted.count || ' ' || case when counted.count = 1 then counted.one
  else coalesce(counted.many, counted.one || 's') end;
comment on function ops.counted(bigint, text, text) is
  'A number and what it counts: "1 webhook", "2 webhooks"; with many where it is more than an s: "1 delivery is due", '
  '"2 deliveries are due".';
