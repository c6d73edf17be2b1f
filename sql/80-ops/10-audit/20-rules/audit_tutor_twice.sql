create view ops.audit_tutor_twice (what, id, which, why, remedy) with (security_invoker = on) as
select 'tutor booked twice at a time', b.id::text, format('%s at %s', b.tutor_email, ops.iso_utc(b.starts_at)),
  format('Another session that was bought, or is held for a checkout, lasts until %s.', ops.iso_utc(b.busy_until)),
  case
    when b.checkout is null then ops.remedy(
      'Moves it, after another time was agreed with its student (fill in its start), and tells both.',
      format('select tutoring.reschedule(%L, ''<start>'', ''Booked twice.'')', b.id),
      'cancels it, refunds it and tells both.',
      format('select tutoring.cancel(%L, ''<why>'')', b.id)
    )
    else ops.remedy(
      'Cancels the checkout, before it is paid.',
      format('select commerce.cancel_checkout(%L)', b.checkout)
    )
  end
from (
  select t.id, t.tutor_email, t.starts_at, t.checkout,
    max(t.ends_at) over (
      partition by t.tutor_email order by t.starts_at, t.id rows between unbounded preceding and 1 preceding
    ) as busy_until
  from (
    select s.id, s.tutor_email, s.starts_at, s.ends_at, null::uuid as checkout
    from public.tutoring_sessions s
    where s.status = 'scheduled' and s.order_item_id is not null
    union all
    select r.id, r.tutor_email, r.starts_at, r.ends_at, r.checkout_session_id
    from public.stock_reservations r
    where r.status = 'held' and r.tutor_email is not null
  ) t
) b
where b.starts_at < b.busy_until;
comment on view ops.audit_tutor_twice is
  'A rule of ops.inconsistencies: sessions of one tutor that were bought, or are held for checkouts, do not overlap.';
