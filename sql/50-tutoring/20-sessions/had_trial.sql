create function tutoring.had_trial(email text, user_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select 1
    from public.stock_reservations r
    join public.products p on p.id = r.product_id and p.trial
    join public.checkout_sessions s on s.id = r.checkout_session_id
    where r.status = 'held' and (s.email = had_trial.email or s.user_id = had_trial.user_id)
  ) or exists (
    select 1
    from public.orders o
    join public.order_items i on i.order_id = o.id
    join public.products p on p.id = i.product_id and p.trial
    left join public.tutoring_sessions t on t.order_item_id = i.id
    where (o.email = had_trial.email or o.user_id = had_trial.user_id) and o.status <> 'refunded'
      and (t.id is null or tutoring.counts_as_trial(t))
  ) or exists (
    select 1
    from public.tutoring_sessions t
    join public.products p on p.id = t.product_id and p.trial
    where (t.student_email = had_trial.email or t.student_user_id = had_trial.user_id) and tutoring.counts_as_trial(t)
  );
end
$$;
comment on function tutoring.had_trial(text, uuid) is
  'Whether a student, by e-mail address or account, has a trial session (products.trial): one that is held, bought, '
  'booked with credits, or was cancelled too late.';
