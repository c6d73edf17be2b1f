create view ops.attention_no_shows with (security_invoker = on) as
  select 'tutor missing' as what, s.id::text as id, s.title || ' ' || ops.iso_utc(s.starts_at) as which,
    format('The recording has %s: %s was to teach %s.', case s.no_show when 'both' then 'nobody but the notetaker'
      else 'the student alone' end, s.tutor_email, s.student_email) as why,
    coalesce((select max(r.created_at) from public.session_recaps r where r.tutoring_session_id = s.id), s.updated_at)
      as since,
    ops.remedy(
      'Notes what was agreed with the student: another session, or a refund. It changes nothing; do that first.',
      format('select ops.acknowledge(''tutor missing'', %L, ''<why>'')', s.id)
    ) as remedy
  from public.tutoring_sessions s
  where s.no_show in ('tutor', 'both') and not ops.is_acknowledged('tutor missing', s.id::text);
comment on view ops.attention_no_shows is
  'For ops.attention: sessions in whose recording the tutor is not heard. A student who was missing is in the row '
  '(tutoring_sessions.no_show) and in the notifications: nothing is owed.';
