create view ops.attention_failing_destinations with (security_invoker = on) as
  select
    case when w.unsent then 'destination not configured' else 'destination failing' end as what, w.destination as id,
    w.destination as which,
    format(
      case
        when w.unsent then '%s for %s, the oldest since %s, and none is sent: %s'
        else '%s not reach %s, the oldest of %s; each is tried again by the schedule: %s'
      end,
      case when w.unsent then ops.counted(w.count, 'message waits', 'messages wait')
        else ops.counted(w.count, 'message did', 'messages did') end,
      w.destination, ops.iso_utc(w.since), w.last_error
    ) as why,
    w.since,
    case
      when w.unsent then ops.remedy(
        'Tries again at once, after what is missing was set with npm run deploy. This goes when they have arrived.',
        format('select outbox.resume(%L)', w.destination),
        'switches its routes off and cancels what waits: nobody is to have it.',
        format('select outbox.disconnect(%L, reason => ''<why>'')', w.destination)
      )
      else ops.remedy(
        'Tries again at once, after the receiver was mended. This goes when they have arrived.',
        format(
          'select outbox.resume(%1$L), outbox.retry(d.id) from outbox.deliveries d where d.destination = %1$L and '
          'd.status = ''pending'' and d.last_error is not null', w.destination
        ),
        'gives them up: their receiver need not have them.',
        format(
          'select outbox.cancel(d.id, reason => ''<why>'') from outbox.deliveries d where d.destination = %L and '
          'd.status = ''pending'' and d.last_error is not null', w.destination
        )
      )
    end as remedy
  from (
    select d.destination, d.attempts = d.attempts_before as unsent, count(*) as count, min(d.created_at) as since,
      (array_agg(d.last_error order by d.id desc))[1] as last_error
    from outbox.deliveries d
    join outbox.destinations t on t.name = d.destination
    where d.status = 'pending' and d.last_error is not null and t.paused_at is null
      -- What is tried again within seconds may still arrive.
      and d.created_at < now() - interval '10 seconds'
      -- Of Google Calendar, ops.attention_calendar says what is missing.
      and not (t.adapter = 'calendar' and d.attempts = d.attempts_before)
    group by d.destination, d.attempts = d.attempts_before
  ) w;
comment on view ops.attention_failing_destinations is
  'For ops.attention: destinations that did not take a message, or to which none can be sent, before their breaker '
  'opens and their deliveries are dead.';
