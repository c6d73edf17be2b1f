create function learning.apply_reply(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_from text := lower(fact ->> 'from');
  v_at timestamptz := coalesce((fact ->> 'occurred_at')::timestamptz, now());
  v_author uuid := commerce.user_of(v_from);
  v_question public.student_questions;
begin
  if fact ->> 'ticket_id' is not null then
    perform 1 from public.support_tickets t where t.id = (fact ->> 'ticket_id')::uuid for key share;
    if not found then
      raise exception 'there is no support ticket %', fact ->> 'ticket_id' using errcode = 'P0002', hint = 'Send the id of a row of support_tickets.';
    end if;
    insert into public.ticket_replies (ticket_id, author_user_id, author_email, from_staff, body, source, provider, provider_ref, created_at)
    values (
      (fact ->> 'ticket_id')::uuid, v_author, v_from, exists (select 1 from public.admins a where a.user_id = v_author), fact ->> 'body', 'email',
      apply_reply.provider, fact ->> 'provider_ref', v_at
    )
    on conflict on constraint a_reply_from_outside_comes_once do nothing;
    return;
  end if;

  select q.* into v_question from public.student_questions q where q.id = (fact ->> 'question_id')::uuid for no key update;
  if not found then
    raise exception 'there is no question %', fact ->> 'question_id' using errcode = 'P0002', hint = 'Send the id of a row of student_questions.';
  end if;
  -- Who asked does not answer himself.
  if v_from = v_question.email or v_author = v_question.user_id then
    return;
  end if;
  update public.student_questions q
  set answer = fact ->> 'body', answered_by = v_author, answer_source = 'email', as_of = v_at, as_of_event = apply_reply.event_id
  where q.id = v_question.id
    and (q.answer_source is null or (q.answer_source = 'email' and (v_at, fact ->> 'body') > (q.as_of, q.answer)));
end
$$;
comment on function learning.apply_reply(text, text, jsonb) is
  'Applies reply.received. To a question: it is the answer, unless who asked wrote it, or somebody answered in the app; of several by e-mail the newest. To a ticket: one more reply, once; from staff when the address is that of an admin''s account. Raises P0002 for a question or ticket that is not here.';
