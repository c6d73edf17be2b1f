create function learning.guard_seat() returns trigger
language plpgsql
security definer -- the writer of an enrollment has no right to read the seats held for buyers
set search_path = ''
as $$
begin
  new.email := lower(new.email);
  if tg_op = 'UPDATE' and new.cohort_id <> old.cohort_id then
    raise exception 'an enrollment stays in its cohort' using errcode = '23514',
      hint = 'Cancel it, and enrol in the other cohort.';
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_refund := false;
  end if;
  if new.user_id is null then
    new.user_id := commerce.user_of(new.email);
  end if;
  if new.status <> 'cancelled' and (tg_op = 'INSERT' or old.status = 'cancelled') then
    -- The buyer's seat was reserved by the checkout until now: it is free for nobody else, and needs no lock.
    if new.order_item_id is null or (tg_op = 'UPDATE' and new.order_item_id is not distinct from old.order_item_id) then
      perform 1 from public.cohorts c where c.id = new.cohort_id for no key update;
    end if;
    if learning.free_seats(new.cohort_id) < 1 then
      raise exception 'the cohort is full'
        using errcode = '23514', constraint = 'a_cohort_has_no_more_students_than_seats',
        hint = 'Raise its capacity, or wait for an unpaid checkout to expire.';
    end if;
  end if;
  return new;
end
$$;
comment on function learning.guard_seat() is 'Row trigger: refuses an enrollment without a free seat, for any writer.';

create trigger guard_seat before insert or update on public.enrollments for each row execute function
  learning.guard_seat();
