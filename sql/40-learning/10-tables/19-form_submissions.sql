create table public.form_submissions (
  id uuid primary key default ops.uuid7(),
  provider text not null,
  provider_ref text not null,
  form text not null,
  email text,
  name text,
  fields jsonb not null default '{}',
  created_at timestamptz not null default now(),

  constraint a_form_is_submitted_once unique (provider, provider_ref),
  constraint a_form_is_not_blank check (form ~ '\S' and length(form) <= 200),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint a_name_is_short check (length(name) <= 200),
  constraint fields_have_names check (jsonb_typeof(fields) = 'object'),
  constraint fields_are_at_most_100_kb check (octet_length(fields::text) <= 102400)
);

alter table public.form_submissions enable row level security;
create policy "admins read form submissions" on public.form_submissions for select to authenticated
  using ((select ops.is_admin()));

create trigger capture_change after insert or update or delete on public.form_submissions for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.form_submissions for each statement execute function
  outbox.refuse_truncate();

comment on table public.form_submissions is 'Forms that were filled in elsewhere, and received through make.com.';
comment on column public.form_submissions.provider_ref is 'Its id at the provider, so that it is stored once.';
comment on column public.form_submissions.form is 'The name of the form.';
comment on column public.form_submissions.fields is 'The values, by the name of the field.';
