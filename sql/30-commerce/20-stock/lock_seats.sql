create function commerce.lock_seats(checkouts uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform 1
  from public.cohorts c
  where c.id in (select i.cohort_id from public.checkout_items i where i.checkout_session_id = any (checkouts)
    and i.cohort_id is not null)
  order by c.id
  for no key update;
  perform pg_advisory_xact_lock(t.key)
  from (
    select tutoring.tutor_lock(p.tutor_email) as key
    from public.checkout_items i join public.products p on p.id = i.product_id
    where i.checkout_session_id = any (checkouts) and i.kind = 'tutoring_session'
    union
    -- The session may have had another tutor when it was reserved.
    select tutoring.tutor_lock(r.tutor_email)
    from public.stock_reservations r
    where r.checkout_session_id = any (checkouts) and r.tutor_email is not null
    order by 1
  ) t;
end
$$;
comment on function commerce.lock_seats(uuid[]) is
  'Locks the cohorts and tutors of checkouts, in one order and before any stock: free seats and times are counted, and '
  'must stay free until they are taken.';
