create view ops.attention_undecided_events with (security_invoker = on) as
  select 'order of events undecided' as what, l.provider || '/' || l.thing as id,
    l.provider || ' ' || replace(l.thing, '/', ' ') as which,
    format(
      '%s events of %s say different things of it, and not which of them is the later. %s. What stands here may be the '
      'older: compare it with %s''s own pages.', jsonb_array_length(l.facts), ops.iso_utc(l.moment),
      coalesce(
        (select format('The provider was asked %s, and has not said', ops.counted(i.times, 'time'))
        from inbox.inquiries i
        where i.provider = l.provider and i.ref = substr(l.thing, strpos(l.thing, '/') + 1)),
        'The provider could not be asked'
      ), l.provider
    ) as why,
    l.updated_at as since,
    ops.remedy(
      format('Keeps what stands here, as %s''s own pages say it too, until the next event about it.', l.provider),
      format('select inbox.accept_latest(%L, %L, reason => ''<why>'')', l.provider, l.thing),
      'asks the provider once more for what happened.', format('select inbox.reconcile(%L)', l.provider)
    ) as remedy
  from inbox.latest_facts l
  where l.undecided and l.updated_at < now() - interval '1 hour';
comment on view ops.attention_undecided_events is
  'For ops.attention: events of one moment that contradict each other, where the provider did not say which is later.';
