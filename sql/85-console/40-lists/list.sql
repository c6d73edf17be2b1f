create function console.list(what text, filters jsonb default '{}', cursor text default null, size integer default 50)
returns jsonb
language plpgsql stable
security definer -- the schemas inbox, outbox and ops stay closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return console.page(list.what, list.filters, list.cursor, list.size);
end
$$;
comment on function console.list(text, jsonb, text, integer) is
  'A page of events, messages, deliveries, rejections, reconciliations, audits, decisions, incidents or alerts, newest '
  'first: {rows, next, stopped}. next is the cursor of the next page, null on the last one. At most 20000 rows are '
  'looked at (with a filter of payload: 5000, and 20 MB); where fewer matched than size, stopped is true, and next '
  'goes '
  'on from there. filters: {provider, type, status, destination, code, since, until, text, payload: {"path.to.key": '
  '"value"}}, each where the list has it. size: 1 to 1000. Raises 22023 for an unknown list, filter or value.';
