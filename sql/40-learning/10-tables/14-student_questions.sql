create table public.student_questions (
  id uuid primary key default ops.uuid7(),
  user_id uuid default auth.uid(),
  email text default ops.my_email(),
  cohort_id uuid,
  subject text,
  question text,
  answer text,
  answered_at timestamptz,
  answered_by uuid,
  answer_source public.written_by,
  as_of timestamptz,
  as_of_event text,
  edited_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_question_may_be_of_a_cohort foreign key (cohort_id) references public.cohorts (id),
  constraint a_question_is_somebodys check (num_nonnulls(user_id, email) > 0),
  constraint an_address_is_lower_case check (email = lower(email) and length(email) <= 320),
  constraint a_subject_is_not_blank check (subject ~ '\S' and length(subject) <= 200),
  constraint a_question_is_not_blank check (question ~ '\S' and length(question) <= 20000),
  constraint what_is_not_deleted_has_its_text 
    check (num_nulls(subject, question) = case when deleted_at is null then 0 else 2 end),
  constraint an_answer_is_not_blank check (answer ~ '\S' and length(answer) <= 20000),
  constraint an_answer_says_when_and_how check (num_nonnulls(answer, answered_at, answer_source) in (0, 3)),
  constraint only_an_answer_is_somebodys check (answered_by is null or answer is not null)
);
create index student_questions_by_user on public.student_questions (user_id);
create index student_questions_by_email on public.student_questions (email);
create index student_questions_by_cohort on public.student_questions (cohort_id);

alter table public.student_questions enable row level security;
create policy "people read their own and their cohorts' questions, admins all"
  on public.student_questions for select to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );
-- Only cohort_id, subject and question are granted (sql/90-grants): the defaults set the owner.
create policy "students ask in their cohorts, and in none" on public.student_questions for insert to authenticated
  with check (user_id = (select auth.uid()) and (cohort_id is null or learning.attends(cohort_id)));
-- learning.guard_question decides who may change which column.
create policy "students change their own questions, instructors answer, admins all" on public.student_questions
  for update to authenticated
  using (
    user_id = (select auth.uid())
    or (user_id is null and email = (select ops.my_email()))
    or (select ops.is_admin())
    or learning.teaches(cohort_id)
  );

create trigger touch before update on public.student_questions for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.student_questions
for each row execute function outbox.capture_change('learning.question_details');
create trigger enforce_quota before insert on public.student_questions for each row execute function
  ops.enforce_quota();
create trigger refuse_truncate before truncate on public.student_questions for each statement execute function
  outbox.refuse_truncate();

comment on table public.student_questions is
  'Questions of students, and the answers. An instructor of the cohort answers, or an admin. The student changes a '
  'question until it is answered, and deletes it at any time: update with deleted_at.';
comment on column public.student_questions.user_id is
  'The account that asked. Null: the account with the address email, once it is confirmed.';
comment on column public.student_questions.email is
  'The confirmed address of the student, in lower case. The answer is also sent there.';
comment on column public.student_questions.cohort_id is
  'The cohort; its instructors answer the question. Null: it is for the admins.';
comment on column public.student_questions.answered_at is
  'When the answer was written or last changed (learning.stamp_answer).';
comment on column public.student_questions.answered_by is
  'The account that answered. Null: the answer came by e-mail, from an address without an account.';
comment on column public.student_questions.as_of is
  'When the answering e-mail was written; an older one is not applied.';
comment on column public.student_questions.as_of_event is 'The id of the event of that e-mail.';
comment on column public.student_questions.edited_at is
  'When the student last changed it. What it said before: text_versions. Null: never.';
comment on column public.student_questions.deleted_at is
  'When it was deleted: subject and question are null then. What it said: text_versions. Null: it is not deleted.';
comment on column public.student_questions.subject is 'What it is about.';
comment on column public.student_questions.question is 'The question.';
comment on column public.student_questions.answer is 'The answer. Null: there is none yet.';
