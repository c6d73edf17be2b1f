create function tutoring.payments_of(session public.tutoring_sessions) returns setof public.payments
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with paid as (
    select p as payment
    from public.order_items i
    join public.orders o on o.id = i.order_id
    join public.payments p on p.id = o.payment_id
    where i.id = session.order_item_id
  )
  select (paid.payment).* from paid
  union all
  select parts.* from paid cross join lateral commerce.parts_of(paid.payment) parts;
end
$$;
comment on function tutoring.payments_of(public.tutoring_sessions) is
  'The payment that bought a session; several, where it was captured in parts. None: it was not bought here.';
