create table ops.audits (
  id uuid primary key default ops.uuid7(),
  started_at timestamptz not null,
  finished_at timestamptz not null,
  ran_by text not null default session_user,
  found integer not null,
  findings jsonb not null,

  constraint an_audit_ends_after_it_began check (finished_at >= started_at),
  constraint findings_are_a_list check (jsonb_typeof(findings) = 'array'),
  constraint what_was_found_is_kept check (found >= jsonb_array_length(findings) and (found = 0) = (findings = '[]'))
);
alter table ops.audits enable row level security;

comment on table ops.audits is
  'Results of ops.audit_consistency, run by run. The findings of the latest run are in ops.attention.';
comment on column ops.audits.found is 'How many inconsistencies it found.';
comment on column ops.audits.findings is
  'The first 1000 of them: [{what, id, which, why, remedy, since}]; since: the first of the consecutive runs that '
  'found it.';
comment on column ops.audits.ran_by is 'The role of the database that ran it.';
