create function inbox.reconcile_all() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_provider text;
  v_count integer := 0;
begin
  for v_provider in
    select p.name
    from inbox.providers p
    where p.reconcile
      and (
        not exists (select 1 from inbox.reconciliations r where r.provider = p.name and r.started_at > now() -
          interval '5 minutes')
        or (
          exists (select 1 from inbox.to_ask_about(p.name, 1))
          -- Not where the provider cannot be asked (its API key is not set).
          and not exists (
            select 1 from inbox.reconciliations r
            where r.provider = p.name and r.started_at > now() - interval '5 minutes' and r.completed_at is not null
              and r.remark is not null
          )
        )
      )
      -- One at a time: a run that is in progress, or waits for its retry, will cover the period until then too.
      and not exists (
        select 1 from outbox.deliveries d
        where d.destination = 'reconciler' and d.record_key = 'reconciliations/' || p.name
          and d.status in ('pending', 'sending')
      )
    order by p.name
  loop
    perform inbox.reconcile(v_provider);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function inbox.reconcile_all() is
  'Makes the courier reconcile every provider that was not reconciled for 5 minutes, or where a payment has been '
  'pending for long, and that is not being reconciled already. Run by cron. Returns how many.';
