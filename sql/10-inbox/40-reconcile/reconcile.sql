create function inbox.reconcile(provider text, since timestamptz default null, until timestamptz default null)
  returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_provider inbox.providers;
  v_run inbox.reconciliations;
begin
  select p.* into v_provider from inbox.providers p where p.name = reconcile.provider;
  if not found then
    raise exception 'there is no provider %', reconcile.provider using hint = 'select name from inbox.providers';
  end if;
  insert into inbox.reconciliations (provider, since, until)
  values (
    v_provider.name,
    coalesce(reconcile.since, v_provider.reconciled_until - interval '3 days'),
    coalesce(reconcile.until, now() - interval '2 minutes')
  )
  returning * into v_run;
  perform outbox.write_message(
    'reconciliation.requested',
    'reconciliations/' || v_run.provider,
    json_build_object(
      'type', 'reconciliation.requested',
      'timestamp', ops.iso_utc(now()),
      'data', json_build_object(
        'reconciliation_id', v_run.id, 'provider', v_run.provider, 'since', ops.iso_utc(v_run.since), 'until',
        ops.iso_utc(v_run.until)
      )
    )::text,
    null,
    array['reconciler']
  );
  return v_run.id;
end
$$;
comment on function inbox.reconcile(text, timestamptz, timestamptz) is
  'Makes the courier ask a provider for its events, and receive those that are missing here: select '
  'inbox.reconcile(''stripe''); or, over a longer period, inbox.reconcile(''stripe'', since => now() - interval ''30 '
  'days''). Returns the id of its row in inbox.reconciliations.';
