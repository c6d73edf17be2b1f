create view ops.audit_tutor_twice (what, id, which, why, remedy) with (security_invoker = on) as
select 'tutor booked twice at a time', b.id::text, format('%s at %s', b.tutor_email, ops.iso_utc(b.starts_at)),
  format('Another session that was bought lasts until %s.', ops.iso_utc(b.busy_until)),
  ops.remedy(
    'Moves it, after another time was agreed with its student (fill in its start).',
    format('update public.tutoring_sessions set starts_at = ''<start>'', ends_at = ''<start>''::timestamptz + '
      '(ends_at - starts_at) where id = %L', b.id),
    'cancels it; refund it, too.',
    format('update public.tutoring_sessions set status = ''cancelled'' where id = %1$L and '
      'ops.decide(''cancel a session'', %1$L, ''<why>'')', b.id)
  )
from (
  select s.id, s.tutor_email, s.starts_at,
    max(s.ends_at) over (
      partition by s.tutor_email order by s.starts_at, s.id rows between unbounded preceding and 1 preceding
    ) as busy_until
  from public.tutoring_sessions s
  where s.status = 'scheduled' and s.order_item_id is not null
) b
where b.starts_at < b.busy_until;
comment on view ops.audit_tutor_twice is
  'A rule of ops.inconsistencies: sessions that were bought of one tutor do not overlap.';
