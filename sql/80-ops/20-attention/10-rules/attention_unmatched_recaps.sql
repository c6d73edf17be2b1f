create view ops.attention_unmatched_recaps with (security_invoker = on) as
  select 'recap of no session' as what, r.id::text as id, r.title as which,
    format(
      case when l.sessions > 1 then
        'The recording of %s with %s fits %s tutoring sessions equally well, so neither tutor nor student has its '
        'recap.'
      else 'The recording of %s with %s matches no tutoring session, so neither tutor nor student has its recap.' end,
      ops.iso_utc(r.started_at), coalesce(nullif(array_to_string(r.emails, ', '), ''), 'nobody who is named'),
      l.sessions
    ) as why,
    r.created_at as since,
    ops.remedy(
      'Says which session it is of: tutor and student get the recap. (Adding the missing session finds it by itself.)',
      format('select tutoring.match_recap(%L, ''<id of the session>'')', r.id),
      'notes that it is of no session.',
      format('select ops.acknowledge(''recap of no session'', %L, ''<why>'')', r.id)
    ) as remedy
  from public.session_recaps r
  cross join lateral (
    select count(*) as sessions from tutoring.sessions_like(r.people, r.started_at, r.scheduled_start_at, r.meeting_url)
  ) l
  where r.tutoring_session_id is null and not ops.is_acknowledged('recap of no session', r.id::text);
comment on view ops.attention_unmatched_recaps is
  'For ops.attention: recordings that belong to no session, or to one of several.';
