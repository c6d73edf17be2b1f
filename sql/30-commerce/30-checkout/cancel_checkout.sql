create function commerce.cancel_checkout(checkout_session_id uuid) returns public.checkout_status
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
begin
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = cancel_checkout.checkout_session_id for no key update;
  if v_checkout.status = 'open' and v_checkout.cancelled_at is null then
    update public.checkout_sessions s set cancelled_at = now() where s.id = v_checkout.id;
    perform commerce.refresh_checkout(v_checkout.id);
    perform commerce.close_payments(v_checkout.id);
  end if;
  return (select s.status from public.checkout_sessions s where s.id = v_checkout.id);
end
$$;
comment on function commerce.cancel_checkout(uuid) is
  'The buyer returned by the cancel URL: releases the reservations at once. Cancels only an open checkout; a pending '
  'or captured payment decides otherwise. Returns the status of the checkout. Null: there is none.';
