create function ops.audit_consistency() returns table (what text, id text, which text, why text, remedy text,
  since timestamptz)
language plpgsql
set search_path = ''
as $$
declare
  v_started_at timestamptz := clock_timestamp();
  v_found integer;
  v_findings jsonb;
begin
  select count(*), coalesce(jsonb_agg(to_jsonb(f) - 'position' order by f.position) filter (where f.position <= 1000),
    '[]') into v_found, v_findings
  from (
    select i.*, coalesce(b.since, now()) as since, row_number() over (order by b.since, i.what, i.id) as position
    from ops.inconsistencies i
    left join (
      select f.what, f.id, min(f.since) as since
      from (select a.findings from ops.audits a order by a.id desc limit 1) latest,
        jsonb_to_recordset(latest.findings) as f (what text, id text, since timestamptz)
      group by 1, 2
    ) b on b.what = i.what and b.id = i.id
  ) f;
  insert into ops.audits (started_at, finished_at, found, findings) values (v_started_at, clock_timestamp(), v_found,
    v_findings);
  return query
    select f.* from jsonb_to_recordset(v_findings) as f (what text, id text, which text, why text, remedy text,
      since timestamptz);
end
$$;
comment on function ops.audit_consistency() is
  'Finds all inconsistencies, and stores them in ops.audits: select * from ops.audit_consistency(). No row: all is '
  'well. Run by cron every ten minutes. Changes nothing else.';
