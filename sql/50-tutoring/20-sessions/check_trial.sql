create function tutoring.check_trial(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_trial record;
begin
  select count(*) as items, min(p.sku) as sku, s.email, s.user_id into v_trial
  from public.checkout_items i
  join public.products p on p.id = i.product_id and p.trial
  join public.checkout_sessions s on s.id = i.checkout_session_id
  where i.checkout_session_id = check_trial.checkout_session_id
  group by s.id;
  if not found then
    return;
  end if;
  -- Two checkouts of one student at a time would not see each other. Before all other locks: nobody waits for it who
  -- holds one.
  perform pg_advisory_xact_lock(hashtextextended('signalbox trial ' || v_trial.email, 0));
  if v_trial.items > 1
    or exists (
      select 1
      from public.stock_reservations r
      join public.products p on p.id = r.product_id and p.trial
      join public.checkout_sessions s on s.id = r.checkout_session_id
      where r.status = 'held' and (s.email = v_trial.email or s.user_id = v_trial.user_id)
    )
    or exists (
      select 1
      from public.orders o
      join public.order_items i on i.order_id = o.id
      join public.products p on p.id = i.product_id and p.trial
      left join public.tutoring_sessions t on t.order_item_id = i.id
      where (o.email = v_trial.email or o.user_id = v_trial.user_id) and o.status <> 'refunded'
        and (
          t.status is distinct from 'cancelled'
          or exists (
            select 1 from public.tutoring_session_changes c
            where c.tutoring_session_id = t.id and c.kind = 'cancelled' and c.changed_as = 'student' and c.late
          )
        )
    ) then
    raise exception '% is a trial, and each student has one', v_trial.sku
      using errcode = 'P0001', detail = 'trial_used',
        hint = 'Offer a regular session. A trial that is cancelled in time may be booked again.';
  end if;
end
$$;
comment on function tutoring.check_trial(uuid) is
  'For a new checkout: refuses a second trial session (products.trial) of one student, by e-mail address and account: '
  'one that is held, bought, or was cancelled too late. Raises P0001 trial_used.';
