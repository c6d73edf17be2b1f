create function ops.is_acknowledged(what text, id text) returns boolean
language sql stable
set search_path = ''
begin atomic
  select exists (
    select 1 from ops.acknowledgements a where a.what = is_acknowledged.what and a.id = is_acknowledged.id
  );
end;
comment on function ops.is_acknowledged(text, text) is 'Whether a person has acknowledged this line of ops.attention.';
