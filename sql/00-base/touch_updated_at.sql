create function ops.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function ops.touch_updated_at() is
  'Trigger: sets updated_at to the time of the change, whoever writes the row.';
