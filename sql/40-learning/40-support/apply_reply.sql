create function learning.apply_reply(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_from text := lower(fact ->> 'from');
  v_at timestamptz := coalesce((fact ->> 'occurred_at')::timestamptz, now());
  v_author uuid := commerce.user_of(v_from);
  v_question public.student_questions;
  v_audience text;
begin
  if fact ->> 'ticket_id' is not null then
    perform 1 from public.support_tickets t where t.id = (fact ->> 'ticket_id')::uuid for key share;
    if not found then
      raise exception 'there is no support ticket %', fact ->> 'ticket_id' using errcode = 'P0002',
        hint = 'Send the id of a row of support_tickets.';
    end if;
    v_audience := learning.reply_audience(fact, (fact ->> 'ticket_id')::uuid);
    insert into public.ticket_replies (ticket_id, author_user_id, author_email, from_staff, body, source, provider,
      provider_ref, created_at)
    values (
      (fact ->> 'ticket_id')::uuid, v_author, v_from, v_audience = 'staff', fact ->> 'body', 'email',
      apply_reply.provider, fact ->> 'provider_ref', v_at
    )
    on conflict on constraint a_reply_from_outside_comes_once do nothing;
    return;
  end if;

  select q.* into v_question from public.student_questions q
  where q.id = (fact ->> 'question_id')::uuid for no key update;
  if not found then
    raise exception 'there is no question %', fact ->> 'question_id' using errcode = 'P0002',
      hint = 'Send the id of a row of student_questions.';
  end if;
  -- Only staff answers: a reply by the student is not an answer.
  if learning.reply_audience(fact, v_question.id) <> 'staff' then
    return;
  end if;
  update public.student_questions q
  set answer = fact ->> 'body', answered_by = v_author, answer_source = 'email', as_of = v_at,
    as_of_event = apply_reply.event_id
  where q.id = v_question.id
    and (q.answer_source is null or (q.answer_source = 'email' and (v_at, fact ->> 'body') > (q.as_of, q.answer)));
end
$$;
comment on function learning.apply_reply(text, text, jsonb) is
  'Applies reply.received, which must carry the token of the e-mail it answers (learning.reply_audience). To a '
  'question, from staff: it becomes the answer, unless one was written in the app; of several by e-mail the latest. To '
  'a ticket: stored as one more reply, once. Raises P0002 for a question or ticket that does not exist.';
