create function learning.enrollment_details(enrollment_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('cohort_name', c.name, 'cohort_starts_at', c.starts_at, 'cohort_ends_at', c.ends_at,
      'order_number', o.number)
    from public.enrollments e
    join public.cohorts c on c.id = e.cohort_id
    left join public.order_items i on i.id = e.order_item_id
    left join public.orders o on o.id = i.order_id
    where e.id = enrollment_details.enrollment_id
  );
end
$$;
comment on function learning.enrollment_details(uuid) is
  'What a message about an enrollment holds besides its row: the cohort, its dates, and the order that bought it '
  '(null: an admin gave it).';
