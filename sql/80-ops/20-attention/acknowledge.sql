create function ops.acknowledge(what text, id text, reason text) returns void
language plpgsql
set search_path = ''
as $$
begin
  if acknowledge.what not in ('dispute lost', 'recap of no session') then
    raise exception '"%" goes away when its cause is mended', acknowledge.what
      using errcode = '22023', hint = 'The remedy in ops.attention says how.';
  end if;
  if coalesce(trim(reason), '') = '' then
    raise exception 'an acknowledgement needs a reason' using errcode = '22023', hint = 'Say what was decided.';
  end if;
  insert into ops.acknowledgements as a (what, id, reason)
  values (acknowledge.what, acknowledge.id, acknowledge.reason)
  on conflict on constraint a_thing_is_acknowledged_once
  do update set reason = excluded.reason, acknowledged_by = session_user, acknowledged_at = now();
end
$$;
comment on function ops.acknowledge(text, text, text) is
  'A person has seen a line of ops.attention where nothing is left to mend, and says what was decided. Raises 22023 '
  'for any other: those go away when their cause is mended.';
