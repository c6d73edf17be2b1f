create function commerce.claim_status_checks(checkout_session_id uuid)
  returns table (provider text, kind text, ref text)
language plpgsql
set search_path = ''
as $$
begin
  return query
  update public.started_payments p
  set asked_at = now(), times_asked = p.times_asked + 1
  from public.checkout_sessions s
  where p.id in (
      select due.id
      from public.started_payments due
      where due.checkout_session_id = claim_status_checks.checkout_session_id
        and coalesce(due.asked_at + interval '1 second' * least(3 * 2 ^ least(due.times_asked - 1, 5), 60), '-infinity')
        <= now()
      for no key update skip locked
    )
    and s.id = p.checkout_session_id and s.status in ('open', 'payment_pending') and s.returned_at <= now() -
      interval '3 seconds'
  returning p.provider, case p.kind when 'order' then 'approval' else 'payment' end, p.provider_ref;
end
$$;
comment on function commerce.claim_status_checks(uuid) is
  'Which providers must be asked for the status of a checkout''s payment, because its buyer has waited for more than 3 '
  'seconds. Each is returned once per interval (3 s, then twice that …), however many calls there are.';
