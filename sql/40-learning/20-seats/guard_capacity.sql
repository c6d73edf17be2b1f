create function learning.guard_capacity() returns trigger
language plpgsql
security definer -- see learning.guard_seat
set search_path = ''
as $$
begin
  if learning.free_seats(new.id) < 0 then
    raise exception 'more seats of the cohort are taken or held than %', new.capacity
      using errcode = '23514', constraint = 'a_cohort_has_no_more_students_than_seats',
      hint = 'Cancel enrollments first.';
  end if;
  return null;
end
$$;
comment on function learning.guard_capacity() is
  'Row trigger: a cohort''s capacity is not lowered below the number of seats that are taken or held.';

create trigger guard_capacity after update of capacity on public.cohorts
for each row when (new.capacity < old.capacity) execute function learning.guard_capacity();
