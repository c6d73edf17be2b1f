create function learning.guard_question() returns trigger
language plpgsql
security definer -- it keeps versions, and asks who teaches, in schemas that the writer may not use
set search_path = ''
as $$
declare
  v_caller uuid := auth.uid(); -- null: the owner, who may make any valid change
  v_is_own boolean := coalesce(old.user_id = v_caller or (old.user_id is null and old.email = ops.my_email()), false);
  v_text_changed boolean := (new.subject, new.question) is distinct from (old.subject, old.question);
begin
  if v_caller is not null then
    if new.answer is distinct from old.answer and not (ops.is_admin() or learning.teaches(old.cohort_id)) then
      raise exception 'instructors and admins answer questions' using errcode = '42501',
        hint = 'Change subject or question, or ask another question.';
    elsif (v_text_changed or new.deleted_at is distinct from old.deleted_at) and not v_is_own
      and (new.deleted_at is null or not ops.is_admin()) then
      raise exception 'a question is changed by the student who asked it' using errcode = '42501',
        hint = 'Write an answer instead.';
    end if;
  end if;

  if old.deleted_at is not null then
    if v_text_changed or new.deleted_at is null then
      raise exception 'a deleted question stays deleted' using errcode = '23514', hint = 'Ask another question.';
    end if;
    new.deleted_at := old.deleted_at;
  elsif new.deleted_at is not null then
    perform learning.keep_version('student_questions', old.id,
      jsonb_build_object('subject', old.subject, 'question', old.question));
    new.deleted_at := now();
    new.subject := null;
    new.question := null;
  elsif v_text_changed then
    if old.answer is not null and v_caller is not null then
      raise exception 'the question is answered already' using errcode = '23514', hint = 'Ask another question.';
    end if;
    perform learning.keep_version('student_questions', old.id,
      jsonb_build_object('subject', old.subject, 'question', old.question));
    new.edited_at := now();
  end if;
  return new;
end
$$;
comment on function learning.guard_question() is
  'Row trigger: the student changes a question until it is answered, and deletes it (any value of deleted_at; the time '
  'is set here); an admin may delete it too. Earlier versions are kept. Only instructors and admins answer.';

create trigger guard before update on public.student_questions for each row execute function
  learning.guard_question();
