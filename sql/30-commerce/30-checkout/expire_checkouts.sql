create function commerce.expire_checkouts(at_most integer default 500) returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_checkouts uuid[];
  v_checkout uuid;
begin
  select coalesce(array_agg(c.id), '{}') into v_checkouts
  from (
    select s.id
    from public.checkout_sessions s
    where s.status = 'open' and s.expires_at < now()
    order by s.expires_at
    limit at_most
    for no key update skip locked
  ) c;
  perform commerce.lock_checkouts('{}', v_checkouts);
  foreach v_checkout in array v_checkouts loop
    update public.checkout_sessions s set expired_at = now() where s.id = v_checkout;
    perform commerce.refresh_checkout(v_checkout);
    perform commerce.close_payments(v_checkout);
  end loop;
  return cardinality(v_checkouts);
end
$$;
comment on function commerce.expire_checkouts(integer) is
  'Expires open checkouts past their time and releases their stock. Run by cron. A checkout with a pending payment, or '
  'with one that needs review, is not expired.';
