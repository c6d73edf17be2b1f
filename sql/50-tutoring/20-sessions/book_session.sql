create function tutoring.book_session(order_item_id uuid) returns text
language plpgsql
set search_path = ''
as $$
declare
  v record;
begin
  select i.name, i.sku, r.starts_at, r.ends_at, r.tutor_email, o.email, o.user_id into v
  from public.order_items i
  join public.orders o on o.id = i.order_id
  join public.stock_reservations r
    on r.checkout_session_id = o.checkout_session_id and r.product_id = i.product_id and r.starts_at = i.starts_at
  where i.id = book_session.order_item_id;
  if exists (select 1 from public.tutoring_sessions s where s.order_item_id = book_session.order_item_id) then
    return null;
  elsif v.starts_at < now() then
    return format('%s was paid after the time it was to begin at, %s. Agree on another one with %s, or refund it.',
      v.sku, ops.iso_utc(v.starts_at), v.email);
  end if;
  insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, tutor_user_id, student_email,
    student_user_id, order_item_id)
  values (v.name, v.starts_at, v.ends_at, v.tutor_email, commerce.user_of(v.tutor_email), v.email, v.user_id,
    book_session.order_item_id);
  return null;
end
$$;
comment on function tutoring.book_session(uuid) is
  'Books the session that was bought, at the time that was reserved by the checkout. Once, however often it is called. '
  'Returns null, or a text that says why not: the time is over.';
