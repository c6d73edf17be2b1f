create function community.run_conversations(at timestamptz default now(), at_most integer default 500) returns integer
language plpgsql
set search_path = ''
as $$
declare
  s community.settings := (select x from community.settings x);
  v_id uuid;
  v_membership public.memberships;
  v_count integer := 0;
begin
  -- Access that ended by the clock alone: no event says so.
  for v_id in
    select m.id from public.memberships m
    join public.conversations c on c.membership_id = m.id
    where c.status <> 'closed' and community.access_until(m) <= run_conversations.at
    order by m.id
    limit at_most
  loop
    -- It may have been renewed since; one that somebody else is just changing is settled by that change.
    select m.* into v_membership from public.memberships m where m.id = v_id for no key update skip locked;
    continue when v_membership.id is null or community.access_until(v_membership) > run_conversations.at;
    perform community.settle_conversation(v_membership, run_conversations.at);
    v_count := v_count + 1;
  end loop;

  for v_id in
    select c.id from public.conversations c
    where case c.status
        when 'welcoming' then c.status_since + s.second_way_after <= run_conversations.at
        when 'second_way' then c.status_since + s.give_up_after <= run_conversations.at
        when 'waiting' then c.status_since + s.reply_timeout <= run_conversations.at or exists (
          select 1 from unnest(s.reminders) with ordinality r (after, n)
          where c.status_since + r.after <= run_conversations.at and not exists (
            select 1 from public.conversation_messages m
            where m.conversation_id = c.id and m.key ~ '^reminder_' and right(m.key, 1)::integer >= r.n
          )
        )
        when 'replied' then c.status_since + s.handover_delay <= run_conversations.at
        when 'handing_over' then c.status_since + s.handover_timeout <= run_conversations.at
        else false
      end
      and c.status not in ('internal', 'closed')
    order by c.status_since, c.id
    limit at_most
  loop
    v_count := v_count + community.step_conversation(v_id, run_conversations.at)::integer;
  end loop;
  perform community.request_poll(run_conversations.at);
  return v_count;
end
$$;
comment on function community.run_conversations(timestamptz, integer) is
  'Called by cron: everything in the members'' chat that time brings about (community.step_conversation), the end of '
  'access by time, and the reading of replies. at: the time that counts as now. Returns how many steps were taken.';
