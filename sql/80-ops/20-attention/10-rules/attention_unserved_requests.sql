create view ops.attention_unserved_requests with (security_invoker = on) as
  select 'requests not served' as what, f.id, f.endpoint || ' ' || f.code as which,
    format('%s answered %s with "%s" since %s: %s Buyers cannot go on.', f.endpoint, ops.counted(f.count, 'request'),
      f.code, ops.iso_utc(f.since), f.message) as why,
    f.since,
    ops.remedy(
      case f.code
        when 'not_configured' then 'Set what is missing with npm run deploy.'
        else format('The log of the function %s says what went wrong; mend that. Often it is an API key.', f.endpoint)
      end || case f.endpoint
        when 'checkout' then ' This goes with the next checkout that works.'
        else ' This goes an hour after the last failure.'
      end,
      null,
      'notes that it was mended, or why it may stay so. The next failure is shown again.',
      format('select ops.acknowledge(''requests not served'', %L, ''<why>'')', f.id)
    ) as remedy
  from (
    select x.endpoint, x.code, x.message, x.id, sum(x.count) as count, min(x.minute) as since, max(x.last_at) as last_at
    from (
      select e.*, concat_ws(' ', e.endpoint, e.code, left(md5(e.message), 8)) as id from ops.endpoint_failures e
      where e.last_at > now() - case e.endpoint when 'checkout' then interval '1 day' else interval '1 hour' end
    ) x
    where x.last_at > ops.acknowledged_at('requests not served', x.id)
    group by x.endpoint, x.code, x.message, x.id
  ) f
  -- What passes by itself is shown when it does not.
  where (f.count >= 3 or f.message not like '%does not answer right now%')
    -- A payment that was begun since (where the message names a provider: there) says that it was mended.
    and not exists (
      select 1 from public.started_payments s
      where f.endpoint = 'checkout' and s.created_at > f.last_at
        and (strpos(f.message, s.provider) > 0
          or not exists (select 1 from inbox.providers p where strpos(f.message, p.name) > 0))
    );
comment on view ops.attention_unserved_requests is
  'For ops.attention: buyers'' requests that failed by our fault, and none of them has worked since.';
