create function learning.question_details(question_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'cohort_name', c.name, 'instructor_emails', learning.instructors_of(q.cohort_id),
      'reply_token_staff', learning.reply_token('staff', q.id), 'reply_token_customer',
        learning.reply_token('customer', q.id)
    )
    from public.student_questions q left join public.cohorts c on c.id = q.cohort_id
    where q.id = question_details.question_id
  );
end
$$;
comment on function learning.question_details(uuid) is
  'What a message about a question holds besides its row: the cohort''s name, the addresses of those who can answer '
  'it, and the tokens for Reply-To (learning.reply_token).';
