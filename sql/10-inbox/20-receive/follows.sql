create function inbox.follows(later jsonb, earlier jsonb) returns boolean
language sql immutable parallel safe
set search_path = ''
return coalesce(
  jsonb_typeof(later -> 'previous') = 'object' and later -> 'previous' <> '{}'
    and earlier @> (later -> 'previous') and not later @> (later -> 'previous'),
  false
);
comment on function inbox.follows(jsonb, jsonb) is
  'Whether one fact says that it replaced the other: its previous values are the current values of the other, and '
  'differ from its own.';
