create view ops.audit_cohort_capacity (what, id, which, why, remedy) with (security_invoker = on) as
select 'more students than seats', c.id::text, c.name,
  format('%s taken or held, of %s.', ops.counted(coalesce(e.seats, 0) + coalesce(h.seats, 0), 'seat is', 'seats are'),
    c.capacity),
  ops.remedy(
    'Raises the capacity to what was sold. (Or move somebody to another cohort.)',
    format('update public.cohorts set capacity = %1$s where id = %2$L and ops.decide(''raise the capacity'', %2$L, '
      '''<why>'')', coalesce(e.seats, 0) + coalesce(h.seats, 0), c.id),
    'takes back the latest seat.',
    format('update public.enrollments set status = ''cancelled'' where id = (select n.id from public.enrollments n '
      'where n.cohort_id = %1$L and n.status <> ''cancelled'' order by n.id desc limit 1) and '
      'ops.decide(''take back a seat'', %1$L, ''<why>'')', c.id)
  )
from public.cohorts c
left join (
  select n.cohort_id, count(*) as seats from public.enrollments n where n.status <> 'cancelled' group by 1
) e on e.cohort_id = c.id
left join (
  select r.cohort_id, sum(r.quantity) as seats
  from public.stock_reservations r
  where r.status = 'held' and r.cohort_id is not null
  group by 1
) h on h.cohort_id = c.id
where coalesce(e.seats, 0) + coalesce(h.seats, 0) > c.capacity;
comment on view ops.audit_cohort_capacity is
  'A rule of ops.inconsistencies: no more seats of a cohort are taken or held than it has.';
