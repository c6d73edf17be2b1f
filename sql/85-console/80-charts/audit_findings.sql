create function console.audit_findings() returns jsonb
language plpgsql stable
security definer -- the schema ops stays closed to the Data API
set search_path = ''
as $$
begin
  perform console.require_admin();
  return coalesce((
    select jsonb_build_object('id', a.id, 'finished_at', a.finished_at, 'found', a.found, 'findings', (
      select coalesce(jsonb_agg(f.value || jsonb_build_object('actions',
        console.actions_of(f.value ->> 'what', f.value ->> 'id', f.value ->> 'remedy')) order by f.ordinality), '[]')
      from jsonb_array_elements(a.findings) with ordinality f
    ))
    from ops.audits a order by a.id desc limit 1
  ), '{"found": 0, "findings": []}');
end
$$;
comment on function console.audit_findings() is
  'The latest audit (ops.audits): {id, finished_at, found, findings: [{what, id, which, why, remedy, since, '
  'actions}]}.';
