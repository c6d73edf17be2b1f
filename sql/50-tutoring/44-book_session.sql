create function tutoring.book_session(order_item_id uuid) returns text
language plpgsql
set search_path = ''
as $$
begin
  insert into public.tutoring_sessions (title, starts_at, ends_at, tutor_email, tutor_user_id, student_email, student_user_id, order_item_id)
  select i.name, r.starts_at, r.ends_at, r.tutor_email, commerce.user_of(r.tutor_email), o.email, o.user_id, i.id
  from public.order_items i
  join public.orders o on o.id = i.order_id
  join public.stock_reservations r
    on r.checkout_session_id = o.checkout_session_id and r.product_id = i.product_id and r.starts_at = i.starts_at
  where i.id = book_session.order_item_id
  on conflict on constraint what_was_bought_is_booked_once do nothing;
  return null;
end
$$;
comment on function tutoring.book_session(uuid) is 'Books the session that was bought, at the time that its checkout had set aside. Once, however often it is called. Returns null: nothing can stand in its way.';
