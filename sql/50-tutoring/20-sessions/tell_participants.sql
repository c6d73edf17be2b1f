create function tutoring.tell_participants() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
declare
  v_users uuid[];
begin
  if tg_table_name = 'tutoring_sessions' then
    v_users := array(select distinct p.user_id from tutoring.participants(new) p where p.user_id is not null);
  else
    v_users := array(select distinct a.user_id from tutoring.audience(new.id) a where a.user_id is not null);
  end if;
  if v_users = '{}' then
    return null;
  end if;
  perform ops.tell(tg_op, tg_table_schema, tg_table_name, array(select 'user:' || u.id from unnest(v_users) as u (id)),
    array_fill(to_jsonb(new), array[cardinality(v_users)]),
    array_fill(case when tg_op = 'UPDATE' then to_jsonb(old) end, array[cardinality(v_users)]));
  return null;
exception when others then
  -- As in ops.tell_owner: a lost broadcast is read from the table later.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function tutoring.tell_participants() is
  'Row trigger: broadcasts the change of a session or recap to the private topics of its people, by '
  'ops.tell.';

create trigger tell_participants after insert or update on public.tutoring_sessions
for each row execute function tutoring.tell_participants();
create trigger tell_participants after insert or update on public.session_recaps
for each row execute function tutoring.tell_participants();
