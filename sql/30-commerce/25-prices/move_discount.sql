create function commerce.move_discount(checkout_session_id uuid, status public.reservation_status) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_before public.reservation_status;
  v_discount public.discounts;
begin
  select u.status into v_before from public.discount_uses u
  where u.checkout_session_id = move_discount.checkout_session_id for no key update;
  if v_before is null or v_before in ('taken', move_discount.status) then
    return null;
  end if;
  update public.discount_uses u set status = move_discount.status
  where u.checkout_session_id = move_discount.checkout_session_id;
  if move_discount.status <> 'taken' then
    return null;
  end if;
  select d.* into v_discount
  from public.discount_uses u join public.discounts d on d.id = u.discount_id
  where u.checkout_session_id = move_discount.checkout_session_id;
  -- What is held may have been released before, and held again after others had taken it.
  if v_discount.max_uses is null or v_discount.max_uses >= (
    select count(*) from public.discount_uses u
    where u.discount_id = v_discount.id and (u.status = 'taken' or (u.status = 'held' and v_before = 'released'))
  ) then
    return null;
  end if;
  return format(
    'Paid after its checkout had ended, and no use of the discount %s was left: it allows %s. If that is all right, '
    'settle it.', v_discount.code, v_discount.max_uses
  );
end
$$;
comment on function commerce.move_discount(uuid, public.reservation_status) is
  'Holds, releases or takes the use of a discount with its checkout. Returns null, or a text about a limit that a late '
  'payment exceeds: the money came, so the order is made, and an admin looks at it. The caller holds the checkout''s '
  'row.';
