create function tutoring.who_missed(session public.tutoring_sessions) returns public.tutoring_no_show
language plpgsql stable
set search_path = ''
as $$
declare
  v_seconds numeric;
  v_transcribed boolean;
  v_known boolean;
  v_tutor boolean;
  v_student boolean;
begin
  -- Each recording is finished and transcribed, or says that nobody spoke; else somebody may be in one of them.
  select sum(extract(epoch from r.ended_at - r.started_at)),
    bool_and(r.ended_at is not null and (jsonb_array_length(t.transcript) > 0
      or (r.nobody_spoke and coalesce(r.summary_markdown, '') = '' and coalesce(r.action_items, '[]') = '[]')) is true)
  into v_seconds, v_transcribed
  from public.session_recaps r left join public.session_transcripts t on t.session_recap_id = r.id
  where r.tutoring_session_id = session.id;
  -- Who leaves within five minutes proves nothing about the other.
  if v_transcribed is not true or v_seconds < 300 then
    return null;
  end if;

  -- Who speaks without the address of an invited person may be anybody; and who speaks for minutes has a listener.
  select
    coalesce(bool_and(l.email in (session.tutor_email, session.student_email)) and sum(l.characters) <= 2000, true),
    coalesce(bool_or(l.email = session.tutor_email), false),
    coalesce(bool_or(l.email = session.student_email), false)
  into v_known, v_tutor, v_student
  from (
    select coalesce(lower(x.line ->> 'email'), '') as email, length(x.line ->> 'text') as characters
    from public.session_recaps r
    join public.session_transcripts t on t.session_recap_id = r.id
    cross join lateral jsonb_array_elements(t.transcript) x (line)
    where r.tutoring_session_id = session.id
      and (x.line ->> 'email' is not null or coalesce(x.line ->> 'speaker', '') !~* '\mnote ?taker\M')
  ) l;
  return case
    when not v_known or (v_tutor and v_student) then null
    when v_tutor then 'student'
    when v_student then 'tutor'
    else 'both'
  end;
end
$$;
comment on function tutoring.who_missed(public.tutoring_sessions) is
  'Who was not heard in any recording of a session, though the other spoke a few words, or nobody but the notetaker '
  'was there. Null: both were heard, or it is not known: a recording is not finished or not transcribed, all last less '
  'than five minutes together, somebody spoke whom no invitation names, or one spoke at length, as to a listener.';
