create function community.tell_member() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
declare
  v_user uuid;
begin
  select c.user_id into v_user from public.conversations c where c.id = new.conversation_id;
  if v_user is not null then
    -- Without the row before: until it is sent, a message is not for its member.
    perform ops.tell(tg_op, tg_table_schema, tg_table_name, array['user:' || v_user], array[to_jsonb(new)],
      array[null::jsonb]);
  end if;
  return null;
exception when others then
  -- As in ops.tell_owner: no message is lost by it, apps read the table again.
  raise warning 'Realtime did not take a change of %.%: %', tg_table_schema, tg_table_name, sqlerrm;
  return null;
end
$$;
comment on function community.tell_member() is
  'Row trigger: tells the private topic user:<id> of the member what was sent in the conversation, by whomever, by '
  'ops.tell. What was not sent is told nobody.';

create trigger tell_member after insert or update on public.conversation_messages
for each row when (new.status = 'sent') execute function community.tell_member();
