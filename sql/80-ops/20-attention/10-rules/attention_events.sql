create view ops.attention_events with (security_invoker = on) as
  select 'event failed' as what, e.id::text as id, e.provider || ' ' || e.type as which,
    format(
      'It could not be applied: %s. Until it is, what it reports is not done here. %s', rtrim(e.error, '.'),
      case when e.next_attempt_at is null then 'It is not tried again.' else 'It is tried again by itself.' end
    ) as why,
    e.received_at as since,
    ops.remedy(
      'Applies it again, after its cause was mended. If it fails again, it stays here.',
      format('select inbox.retry(%L)', e.id),
      'closes it and applies nothing of it, when it means nothing here.',
      format('select inbox.ignore(%L, reason => ''<why>'')', e.id)
    ) as remedy
  from inbox.events e where e.status in ('failed', 'dead')
  union all
  select case when e.received_at < now() - interval '1 hour' then 'event parked for over an hour' else 'event parked'
    end,
    e.id::text, e.provider || ' ' || e.type,
    format('It waits for %s, which has not arrived: %s. Until it does, what it reports is not done here.',
      e.waiting_for, rtrim(e.error, '.')),
    e.received_at,
    case when p.reconcile then ops.remedy(
      format('Asks %s for what has not arrived; this is applied as soon as that is here.', e.provider),
      format('select inbox.reconcile(%L)', e.provider),
      'tries it again at once, when what it waits for is here after all.', format('select inbox.retry(%L)', e.id),
      'closes it and applies nothing of it, when what it waits for is not of this project.',
      format('select inbox.ignore(%L, reason => ''<why>'')', e.id)
    ) else ops.remedy(
      format('Tries it again. First have %s send what it waits for.', e.provider),
      format('select inbox.retry(%L)', e.id),
      'closes it and applies nothing of it, when what it waits for is not of this project.',
      format('select inbox.ignore(%L, reason => ''<why>'')', e.id)
    ) end
  from inbox.events e
  left join inbox.providers p on p.name = e.provider
  -- Events of one purchase overtake each other by seconds.
  where e.status = 'parked' and e.received_at < now() - interval '10 seconds'
  union all
  select case
      when e.next_attempt_at is null or e.received_at < now() - interval '1 hour' then 'event never confirmed'
      else 'event unconfirmed'
    end,
    e.id::text, e.provider || ' ' || e.type,
    format('%s. Until then nothing of it is done here: if it reports a payment, the buyer waits.',
      coalesce(rtrim(e.error, '.'), 'Its provider has not confirmed it')),
    e.received_at,
    ops.remedy(
      format('Asks %s about it again. First see in the log of the function dispatch why it does not answer: often its '
        'API key is not set here, or is of another mode.', e.provider),
      format('select inbox.retry(%L)', e.id),
      format('closes it and applies nothing of it, when %s''s dashboard does not have it, or says otherwise by now.',
        e.provider),
      format('select inbox.ignore(%L, reason => ''<why>'')', e.id)
    )
  from inbox.events e
  where e.trust = 'unconfirmed' and e.status = 'ignored'
    and (e.next_attempt_at is null or e.received_at < now() - interval '10 seconds')
    -- By an admin, or because the provider said what came of it (inbox.ignore, inbox.still_unconfirmed).
    and coalesce(e.error, '') not like 'Closed%'
  union all
  select 'live event that is none of ours', e.id::text, e.provider || ' ' || e.type,
    format('%s. It is kept, and nothing of it is done here.', rtrim(e.not_ours, '.')), e.received_at,
    ops.remedy(
      'Notes that it is of another project, or a test. Another one is shown again.',
      format('select ops.acknowledge(''live event that is none of ours'', %L, ''<why>'')', e.id),
      'applies it all the same, as one of ours.', format('select inbox.retry(%L)', e.id)
    )
  from inbox.events e
  where e.not_ours is not null and e.livemode and e.account is null and e.received_at > now() - interval '14 days'
    and not ops.is_acknowledged('live event that is none of ours', e.id::text);
comment on view ops.attention_events is
  'For ops.attention: webhooks that could not be applied, wait for another, or are not confirmed by their provider.';
