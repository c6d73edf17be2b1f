create table public.text_versions (
  id uuid primary key default ops.uuid7(),
  table_name text not null,
  row_id uuid not null,
  fields jsonb not null,
  replaced_by uuid,
  created_at timestamptz not null default now(),

  constraint only_texts_have_versions check (table_name in ('student_questions', 'cohort_messages')),
  constraint fields_have_names check (jsonb_typeof(fields) = 'object')
);
create index text_versions_by_row on public.text_versions (row_id, id);

create trigger enforce_quota before insert on public.text_versions for each row execute function ops.enforce_quota();

alter table public.text_versions enable row level security;
create policy "admins read earlier versions" on public.text_versions for select to authenticated
  using ((select ops.is_admin()));

comment on table public.text_versions is
  'What questions and messages said before their authors changed or deleted them. For admins: select * from '
  'public.text_versions where row_id = ''…'' order by id.';
comment on column public.text_versions.table_name is 'student_questions or cohort_messages.';
comment on column public.text_versions.row_id is 'The row of that table; it may be deleted since.';
comment on column public.text_versions.fields is 'The text as it was: {"subject", "question"} or {"body"}.';
comment on column public.text_versions.replaced_by is
  'The account that changed or deleted it. Null: by SQL or the service key.';
comment on column public.text_versions.created_at is 'When it was replaced.';
