create table public.cohort_messages (
  id uuid primary key default ops.uuid7(),
  cohort_id uuid not null,
  author_user_id uuid default auth.uid(),
  author_name text not null default learning.my_name(),
  body text,
  hidden_at timestamptz,
  edited_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),

  constraint a_message_is_to_a_cohort foreign key (cohort_id) references public.cohorts (id),
  constraint a_name_is_not_blank check (author_name ~ '\S' and length(author_name) <= 100),
  constraint what_is_not_deleted_has_its_text check ((body is null) = (deleted_at is not null)),
  constraint a_body_is_not_blank check (body ~ '\S' and length(body) <= 20000)
);
create index cohort_messages_by_cohort on public.cohort_messages (cohort_id, id);
create index cohort_messages_by_author on public.cohort_messages (author_user_id);

create trigger capture_change after insert or update or delete on public.cohort_messages
for each row execute function outbox.capture_change('learning.cohort_message_details');
create trigger enforce_quota before insert on public.cohort_messages for each row execute function ops.enforce_quota();
create trigger refuse_truncate before truncate on public.cohort_messages for each statement execute function
  outbox.refuse_truncate();

alter table public.cohort_messages enable row level security;
create policy "a cohort reads its messages, admins also hidden ones"
  on public.cohort_messages for select to authenticated
  using ((select ops.is_admin())
    or (hidden_at is null and (learning.attends(cohort_id) or learning.teaches(cohort_id))));
-- Only cohort_id and body are granted (sql/90-grants): the defaults set the owner.
create policy "a cohort writes to itself, admins to all" on public.cohort_messages for insert to authenticated
  with check (
    author_user_id = (select auth.uid())
    and ((select ops.is_admin()) or learning.attends(cohort_id) or learning.teaches(cohort_id))
  );
-- Only body, deleted_at and hidden_at are granted; learning.guard_message decides who may change which.
create policy "authors change their messages, admins hide any" on public.cohort_messages for update to authenticated
  using ((select ops.is_admin())
    or (author_user_id = (select auth.uid()) and hidden_at is null
      and (learning.attends(cohort_id) or learning.teaches(cohort_id))));
create policy "admins delete messages" on public.cohort_messages for delete to authenticated
  using ((select ops.is_admin()));

comment on table public.cohort_messages is
  'Messages of students and instructors to their cohort. The author may change one, or delete it (update with '
  'deleted_at); an admin may hide it, or delete the row.';
comment on column public.cohort_messages.author_name is 'The author''s name at that time (learning.my_name).';
comment on column public.cohort_messages.hidden_at is 'Set: only admins see it.';
comment on column public.cohort_messages.edited_at is
  'When the author last changed it. What it said before: text_versions. Null: never.';
comment on column public.cohort_messages.deleted_at is
  'When the author deleted it: body is null then, and the others see that there was a message. Null: it is not '
  'deleted.';
