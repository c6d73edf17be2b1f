create view ops.attention_reconciler with (security_invoker = on) as
  select case
      when r.started_at < now() - interval '1 hour' then 'reconciliation incomplete for over an hour'
      else 'reconciliation failing'
    end as what, r.id::text as id, r.provider as which,
    format('%s. Webhooks of %s that do not arrive are not found meanwhile.',
      coalesce(rtrim(r.remark, '.'), 'It has not ended'), r.provider) as why,
    r.started_at as since,
    ops.remedy(
      format('Asks %s again. First mend what the sentence names: an API key is set with npm run deploy.', r.provider),
      format('select inbox.reconcile(%L)', r.provider)
    ) as remedy
  from inbox.reconciliations r
  where r.completed_at is null and (r.remark is not null or r.started_at < now() - interval '1 hour')
    and not exists (
      select 1 from inbox.reconciliations later
      where later.provider = r.provider and (later.completed_at > r.started_at
        or (later.id > r.id and later.completed_at is null and later.remark is not null))
    )
  union all
  select 'provider cannot be asked', p.name, p.name,
    format('%s. It sends webhooks here, and those that do not arrive are not found.', rtrim(r.remark, '.')),
      r.started_at,
    ops.remedy(
      'Asks it again, after what is missing was set with npm run deploy.', format('select inbox.reconcile(%L)', p.name),
      'does not ask this provider any more; webhooks of it that do not arrive are lost.',
      format('update inbox.providers set reconcile = false where name = %L', p.name)
    )
  from inbox.providers p
  cross join lateral (
    select q.remark, q.started_at from inbox.reconciliations q
    where q.provider = p.name and q.completed_at is not null order by q.started_at desc limit 1
  ) r
  where p.reconcile and r.remark is not null
    and exists (select 1 from inbox.events e where e.provider = p.name and e.received_at > now() - interval '30 days');
comment on view ops.attention_reconciler is
  'For ops.attention: runs of the reconciler that do not come to their end, and providers that cannot be asked.';
