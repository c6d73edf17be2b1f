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
  perform tutoring.lock_trial(v_trial.email);
  if v_trial.items > 1
    or tutoring.had_trial(v_trial.email, v_trial.user_id) then
    raise exception '% is a trial, and each student has one', v_trial.sku
      using errcode = 'P0001', detail = 'trial_used',
        hint = 'Offer a regular session. A trial that is cancelled in time may be booked again.';
  end if;
end
$$;
comment on function tutoring.check_trial(uuid) is
  'For a new checkout: refuses a second trial session (products.trial) of one student, by e-mail address and account: '
  'one that is held, bought, or was cancelled too late. Raises P0001 trial_used.';
