create function commerce.refresh_checkout(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
  v_status public.checkout_status;
begin
  select s.* into v_checkout from public.checkout_sessions s
    where s.id = refresh_checkout.checkout_session_id for no key update;
  if not found or v_checkout.status = 'payment_completed' then
    return;
  end if;
  select case
    when v_checkout.expired_at is not null then 'expired'
    when bool_or(p.status = 'pending' or p.needs_review) then 'payment_pending'
    -- One part was captured: wait for the others.
    when bool_or(p.part_of is not null and p.captured_at is not null and p.status <> 'refunded'
      and p.reviewed_at is null) then 'payment_pending'
    -- An approved payment is about to be captured.
    when coalesce(bool_and(p.status = 'created'), true)
      and exists (
        select 1 from public.payment_approvals a
        where a.checkout_session_id = v_checkout.id and (v_checkout.cancelled_at is null
          or a.created_at > v_checkout.cancelled_at)
      ) then 'payment_pending'
    when v_checkout.cancelled_at is not null then 'payment_failed'
    when bool_or(p.status = 'created') then 'open'
    when bool_or(p.status <> 'expired') then 'payment_failed'
    when bool_or(true) then 'expired'
    else 'open'
  end into v_status
  from public.payments p
  where p.checkout_session_id = v_checkout.id;

  if v_status <> v_checkout.status then
    update public.checkout_sessions s set status = v_status where s.id = v_checkout.id;
  end if;
  if v_status in ('payment_failed', 'expired') then
    perform commerce.release_stock(v_checkout.id);
    perform commerce.move_discount(v_checkout.id, 'released');
  else
    perform commerce.hold_stock(v_checkout.id);
    perform commerce.move_discount(v_checkout.id, 'held');
  end if;
end
$$;
comment on function commerce.refresh_checkout(uuid) is
  'Derives the status of a checkout without an order from its payments: a pending payment holds its stock and '
  'discount, a failed or expired checkout releases them.';
