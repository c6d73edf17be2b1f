create view ops.audit_session_credits (what, id, which, why, remedy) with (security_invoker = on) as
select 'session booked without its credits', s.id::text, format('%s at %s', s.title, ops.iso_utc(s.starts_at)),
  format('It costs %s, and the ledger has %s spent on it.', ops.counted(s.price_credits, 'credit'),
    coalesce(-l.credits, 0)),
  ops.remedy(
    'Cancels the session, and gives back nothing.',
    format('select * from tutoring.cancel(%L, ''<why>'', refund => false)', s.id),
    'spends them.',
    format('select community.spend_credits(%s, %L, %L, %L)', s.price_credits, 'tutoring_session/' || s.id, s.title,
      s.student_user_id)
  )
from public.tutoring_sessions s
left join public.credit_ledger l on l.user_id = s.student_user_id and l.spend_key = 'tutoring_session/' || s.id
where s.price_credits is not null and s.status <> 'cancelled' and l.credits is distinct from -s.price_credits;
comment on view ops.audit_session_credits is
  'A rule of ops.inconsistencies: a session that was booked with credits spent them.';
