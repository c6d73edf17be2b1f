create function community.step_conversation(conversation_id uuid, at timestamptz default now()) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  s community.settings := (select x from community.settings x);
  v public.conversations;
  v_reminder integer;
begin
  select c.* into v from public.conversations c where c.id = step_conversation.conversation_id
  for no key update skip locked;
  case v.status
    when 'welcoming' then
      if v.status_since + s.second_way_after <= step_conversation.at then
        perform community.move_conversation(v.id, 'no_answer', step_conversation.at);
        update public.conversation_messages m set way = 'direct', requests = m.requests + 1
        where m.conversation_id = v.id and m.key = 'welcome' and m.status = 'pending';
        return true;
      end if;
    when 'second_way' then
      if v.status_since + s.give_up_after <= step_conversation.at then
        perform community.leave_provider(v.id, 'unreachable', coalesce(
          (select m.error from public.conversation_messages m where m.conversation_id = v.id and m.key = 'welcome'),
          'It did not answer in time.'), step_conversation.at);
        return true;
      end if;
    when 'waiting' then
      if v.status_since + s.reply_timeout <= step_conversation.at then
        perform community.call_off(v.id, 'The time for a reply is over.');
        perform community.move_conversation(v.id, 'timeout', step_conversation.at);
        perform community.begin_handover(v.id, step_conversation.at);
        return true;
      end if;
      -- Of several that are due, because cron was away, the last alone.
      select max(r.n) into v_reminder
      from unnest(s.reminders) with ordinality r (after, n)
      where v.status_since + r.after <= step_conversation.at;
      if v_reminder is not null and not exists (
        select 1 from public.conversation_messages m
        where m.conversation_id = v.id and m.key ~ '^reminder_' and right(m.key, 1)::integer >= v_reminder
      ) then
        return community.say(v.id, 'reminder_' || v_reminder, community.way_of(v.id), step_conversation.at);
      end if;
    when 'replied' then
      if v.status_since + s.handover_delay <= step_conversation.at then
        perform community.call_off(v.id, 'The member replied.');
        perform community.move_conversation(v.id, 'handover', step_conversation.at);
        perform community.begin_handover(v.id, step_conversation.at);
        return true;
      end if;
    when 'handing_over' then
      if v.status_since + s.handover_timeout <= step_conversation.at then
        perform community.leave_provider(v.id, 'handover_unsent', 'It could not be sent in time.',
          step_conversation.at);
        return true;
      end if;
    else
      null;
  end case;
  return false;
end
$$;
comment on function community.step_conversation(uuid, timestamptz) is
  'What time brings about in one conversation: a reminder, the second way, a hand-over, giving up. Returns whether '
  'anything was due. One that somebody else is just changing is left for the next run.';
