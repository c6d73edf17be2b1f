create function learning.tell_ticket_owner() returns trigger
language plpgsql
security definer -- only the owner may insert into realtime.messages
set search_path = ''
as $$
declare
  v_user uuid;
begin
  select coalesce(t.user_id, commerce.user_of(t.email)) into v_user from public.support_tickets t
  where t.id = new.ticket_id;
  if v_user is not null then
    perform ops.tell(tg_op, tg_table_schema, tg_table_name, array['user:' || v_user], array[to_jsonb(new)], null);
  end if;
  return null;
exception when others then
  -- As in ops.tell_owner: a lost broadcast is read from the table later.
  raise warning 'Realtime did not take a reply to ticket %: %', new.ticket_id, sqlerrm;
  return null;
end
$$;
comment on function learning.tell_ticket_owner() is
  'Row trigger: broadcasts a reply to the private topic of the customer who opened the ticket, by '
  'ops.tell.';

create trigger tell_ticket_owner after insert on public.ticket_replies
for each row execute function learning.tell_ticket_owner();
