create function inbox.note_reconciliation(
  reconciliation_id uuid, looked_at integer, missed integer, healed integer, complete boolean, remark text default null
) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run inbox.reconciliations;
begin
  update inbox.reconciliations r
  set looked_at = greatest(r.looked_at, note_reconciliation.looked_at),
      -- Events received by an interrupted attempt are not missing in the next one.
      missed = r.missed + note_reconciliation.missed,
      healed = r.healed + note_reconciliation.healed,
      tries = r.tries + 1,
      completed_at = case when note_reconciliation.complete then now() end,
      remark = note_reconciliation.remark
  where r.id = note_reconciliation.reconciliation_id and r.completed_at is null
  returning r.* into v_run;
  if v_run.completed_at is not null and v_run.remark is null then
    update inbox.providers p set reconciled_until = v_run.until
    -- no gap in between
    where p.name = v_run.provider and p.reconciled_until < v_run.until and p.reconciled_until >= v_run.since;
  end if;
end
$$;
comment on function inbox.note_reconciliation(uuid, integer, integer, integer, boolean, text) is
  'Records the result of a run of the reconciler that ended, or was interrupted (complete false).';
