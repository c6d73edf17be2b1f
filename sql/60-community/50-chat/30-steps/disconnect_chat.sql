create function community.disconnect_chat(reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v record;
  v_count integer := 0;
begin
  perform ops.decide('community.disconnect_chat', 'chat', disconnect_chat.reason);
  update community.settings s set conversations = false where s.only_row;
  for v in
    select c.id, c.status from public.conversations c where c.status not in ('internal', 'closed')
    order by c.id
    for no key update
  loop
    perform community.call_off(v.id, disconnect_chat.reason);
    -- From before the welcome at once; from later by the hand-over, of which nothing is said.
    perform community.move_conversation(v.id, 'staff') where v.status <> 'handing_over';
    perform community.move_conversation(v.id, 'handover_unsent') where v.status not in ('welcoming', 'second_way');
    v_count := v_count + 1;
  end loop;
  update outbox.deliveries d set status = 'cancelled', settled_at = now(), last_error = disconnect_chat.reason
  where d.destination in ('whop_message', 'whop_replies') and d.status in ('pending', 'dead');
  return v_count;
end
$$;
comment on function community.disconnect_chat(text) is
  'No conversation starts any more, nothing more is sent at the provider, and those that run there go on in the app, '
  'without a word. Returns how many. reason: why, kept in ops.decisions. Undone, for new members, by select '
  'community.connect_chat(). Raises 22023 without a reason.';
