create function inbox.park(key text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'SB001', message = reason, detail = key;
end
$$;
comment on function inbox.park(text, text) is
  'Called while a fact is applied: it refers to something that is not here yet. Undoes the event''s effect; the event '
  'is parked until the object `key` arrives. Raises SB001, which inbox.try_apply catches.';
