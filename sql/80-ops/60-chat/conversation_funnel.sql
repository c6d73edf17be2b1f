create view ops.conversation_funnel with (security_invoker = on) as
  select c.created_at::date as day, count(*) as started, count(c.welcomed_at) as welcomed,
    percentile_cont(0.5) within group (order by extract(epoch from c.welcomed_at - c.created_at))
      filter (where c.welcomed_at is not null) as median_seconds_to_welcome,
    max(extract(epoch from c.welcomed_at - c.created_at)) as longest_seconds_to_welcome,
    count(c.replied_at) as replied,
    round(100.0 * count(c.replied_at) / nullif(count(c.welcomed_at), 0), 1) as reply_percent,
    count(c.handed_over_at) as handed_over,
    count(*) filter (where exists (
      select 1 from public.conversation_transitions t where t.conversation_id = c.id and t.cause = 'unreachable'
    )) as unreachable,
    count(*) filter (where c.status = 'closed') as closed
  from public.conversations c
  group by 1;
comment on view ops.conversation_funnel is
  'The members'' chat by the day (UTC) on which conversations started: how many were welcomed, how many seconds after '
  'joining, how many replied, were handed over, could not be reached, are closed. select * from '
  'ops.conversation_funnel order by day desc';
comment on column ops.conversation_funnel.day is 'The day (UTC) on which they started.';
comment on column ops.conversation_funnel.started is 'How many started.';
comment on column ops.conversation_funnel.welcomed is 'How many of them were sent the welcome.';
comment on column ops.conversation_funnel.median_seconds_to_welcome is
  'How long half of them waited for it at most, in seconds.';
comment on column ops.conversation_funnel.longest_seconds_to_welcome is
  'How long the last one waited for it, in seconds.';
comment on column ops.conversation_funnel.replied is 'How many members replied.';
comment on column ops.conversation_funnel.reply_percent is 'Of those welcomed, in percent. Null: none was.';
comment on column ops.conversation_funnel.handed_over is 'How many were handed over to staff.';
comment on column ops.conversation_funnel.unreachable is 'How many members could not be reached.';
comment on column ops.conversation_funnel.closed is 'How many are closed now.';
