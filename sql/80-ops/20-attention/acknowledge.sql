create function ops.acknowledge(what text, id text, reason text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_seen text;
begin
  if not ops.may_be_acknowledged(acknowledge.what) then
    raise exception '"%" goes away when its cause is mended', acknowledge.what
      using errcode = '22023', hint = 'The remedy in ops.attention says how.';
  end if;
  perform ops.decide('ops.acknowledge', acknowledge.what || ' ' || acknowledge.id, acknowledge.reason);
  select a.why into v_seen from ops.attention a where a.what = acknowledge.what and a.id = acknowledge.id limit 1;
  if not found then
    raise exception 'there is no "%" of % in ops.attention', acknowledge.what, acknowledge.id
      using errcode = 'P0002', hint = 'select what, id from ops.attention';
  end if;
  insert into ops.acknowledgements as a (what, id, seen, reason)
  values (acknowledge.what, acknowledge.id, v_seen, trim(acknowledge.reason))
  on conflict on constraint a_thing_is_acknowledged_once
  do update set seen = excluded.seen, reason = excluded.reason, acknowledged_by = session_user,
    acknowledged_at = clock_timestamp();
end
$$;
comment on function ops.acknowledge(text, text, text) is
  'A person has seen a line of ops.attention where nothing is left to mend, and says what was decided: kept in '
  'ops.decisions. What happens again, or changes, is shown again. Raises 22023 without a reason, and for every line '
  'that goes away when its cause is mended; P0002 when there is no such line.';
