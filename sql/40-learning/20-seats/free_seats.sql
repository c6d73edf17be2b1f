create function learning.free_seats(cohort_id uuid) returns integer
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select c.capacity
      - (select count(*) from public.enrollments e where e.cohort_id = c.id and e.status <> 'cancelled')
      - (select coalesce(sum(r.quantity), 0) from public.stock_reservations r where r.cohort_id = c.id
        and r.status = 'held')
    from public.cohorts c
    where c.id = free_seats.cohort_id
  )::integer;
end
$$;
comment on function learning.free_seats(uuid) is
  'How many seats of a cohort are neither taken nor held for a checkout. Null: there is no such cohort. A caller that '
  'is about to take one holds the cohort''s row.';
