create function outbox.end_rotation(destination text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_name text := 'signalbox_' || end_rotation.destination || '_signing';
  v_next uuid := (select s.id from vault.secrets s where s.name = v_name || '_next');
begin
  if v_next is null then
    raise exception 'no rotation of % is in progress', end_rotation.destination
      using hint = format('select outbox.rotate_secret(%L) begins one.', end_rotation.destination);
  end if;
  delete from vault.secrets s where s.name = v_name;
  perform vault.update_secret(v_next, new_name => v_name);
end
$$;
comment on function outbox.end_rotation(text) is
  'Drops the old signing secret of a destination: the receiver knows the new one, and only the new one signs within a '
  'minute. Ends what outbox.rotate_secret began.';
