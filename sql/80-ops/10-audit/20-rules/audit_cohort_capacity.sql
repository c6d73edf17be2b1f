create view ops.audit_cohort_capacity (what, id, which, why, remedy) with (security_invoker = on) as
select 'more students than seats', c.id::text, c.name,
  format('%s seats are taken or held, of %s.', coalesce(e.seats, 0) + coalesce(h.seats, 0), c.capacity),
  'move somebody to another cohort, or raise the capacity: '
    || format(
      'update public.cohorts set capacity = %s where id = %L', coalesce(e.seats, 0) + coalesce(h.seats, 0), c.id
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
