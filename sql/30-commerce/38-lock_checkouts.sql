create function commerce.lock_checkouts(paid uuid[], unpaid uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform 1
  from public.checkout_sessions s
  where s.id = any (paid || unpaid) and s.status <> 'payment_completed'
  order by s.id
  for no key update;
  if exists (
    select 1 from public.stock_reservations r
    where r.checkout_session_id = any (paid || unpaid) and r.status = 'released' and coalesce(r.cohort_id::text, r.tutor_email) is not null
  ) then
    perform commerce.lock_seats(paid || unpaid);
  end if;
  -- A sale of what is held moves no stock row: buyers of one product need not queue for it.
  perform 1
  from public.products p
  where p.id in (
    select r.product_id
    from public.stock_reservations r
    where (r.checkout_session_id = any (paid || unpaid) and r.status = 'released')
      or (r.checkout_session_id = any (unpaid) and r.status = 'held')
  )
  order by p.id
  for no key update;
end
$$;
comment on function commerce.lock_checkouts(uuid[], uuid[]) is
  'Locks many checkouts, then the seats and the stock rows that paying or ending them may move, each by id, before the first is touched: one transaction for many would otherwise lock stock in the order of its checkouts, and deadlock with buyers.';
