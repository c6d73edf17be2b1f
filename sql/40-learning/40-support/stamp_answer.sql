create function learning.stamp_answer() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.answer is not distinct from old.answer then
    return new;
  end if;
  if new.answer is null then
    if tg_op = 'UPDATE' then
      raise exception 'an answer cannot be removed' using errcode = '23514', hint = 'Write a better one in its place.';
    end if;
    return new;
  end if;
  new.answered_at := now();
  if auth.uid() is not null then
    new.answered_by := auth.uid();
    new.answer_source := 'app';
  end if;
  new.answer_source := coalesce(new.answer_source, 'app');
  return new;
end
$$;
comment on function learning.stamp_answer() is
  'Row trigger: sets the time and author of an answer from the caller. Without an account (by e-mail) the writer sets '
  'the author and the way it was written.';

create trigger stamp before insert or update on public.student_questions for each row execute function
  learning.stamp_answer();
