create function ops.purge_calendar_entries(before timestamptz, at_most integer) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer;
begin
  delete from calendar.entries e
  where e.id = any (array(
    select t.id from calendar.entries t
    where t.updated_at < before and coalesce(t.synced_until, t.updated_at) < before
    order by t.updated_at
    limit at_most
    for update skip locked
  ));
  get diagnostics v_gone = row_count;
  return v_gone;
end
$$;
comment on function ops.purge_calendar_entries(timestamptz, integer) is
  'The part of ops.purge for calendar.entries. The event stays in Google Calendar; if the session changes after all, '
  'it is found there again by its id.';
