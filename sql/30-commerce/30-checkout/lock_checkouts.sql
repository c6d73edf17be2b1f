create function commerce.lock_checkouts(paid uuid[], unpaid uuid[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_all uuid[] := paid || unpaid;
begin
  perform 1
  from public.checkout_sessions s
  where s.id = any (v_all) and s.status <> 'payment_completed'
  order by s.id
  for no key update;
  -- A sale of what is held changes no stock row: buyers of one product need not queue for it.
  if not exists (
    select 1 from public.stock_reservations r
    where r.checkout_session_id = any (v_all)
      and (r.status = 'released' or (r.status = 'held' and r.checkout_session_id = any (unpaid)))
  ) then
    return;
  end if;
  perform commerce.lock_seats(v_all);
  perform 1
  from public.products p
  where p.id in (
    select r.product_id
    from public.stock_reservations r
    where r.checkout_session_id = any (v_all)
      and (r.status = 'released' or (r.status = 'held' and r.checkout_session_id = any (unpaid)))
  )
  order by p.id
  for no key update;
end
$$;
comment on function commerce.lock_checkouts(uuid[], uuid[]) is
  'Locks many checkouts, then the seats and the stock rows that paying or ending them may change, each by id, before '
  'the first is changed: otherwise one transaction would lock stock in the order of its checkouts, and deadlock with '
  'buyers.';
