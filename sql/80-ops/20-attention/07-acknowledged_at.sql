create function ops.acknowledged_at(what text, id text) returns timestamptz
language sql stable
set search_path = ''
begin atomic
  select coalesce(
    (select a.acknowledged_at from ops.acknowledgements a where (a.what, a.id) = (acknowledged_at.what,
      acknowledged_at.id)),
    '-infinity'
  );
end;
comment on function ops.acknowledged_at(text, text) is
  'When a person acknowledged this line of ops.attention: for what may happen again. -infinity: never.';
