create function commerce.expire_checkouts(at_most integer default 500) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_checkout uuid;
  v_count integer := 0;
begin
  for v_checkout in
    select s.id
    from public.checkout_sessions s
    where s.status = 'open'
      and s.expires_at < now()
    order by s.expires_at
    limit at_most
    for no key update skip locked
  loop
    update public.checkout_sessions s set expired_at = now() where s.id = v_checkout;
    perform commerce.refresh_checkout(v_checkout);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function commerce.expire_checkouts(integer) is
  'Expires open checkouts past their time and gives their stock back. Run by cron. One whose money is on its way (payment_pending) or came and needs review waits.';
