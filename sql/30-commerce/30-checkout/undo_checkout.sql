create function commerce.undo_checkout(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from public.checkout_requests r where r.checkout_session_id = undo_checkout.checkout_session_id
    and r.answer is null;
  -- Once answered, if only to another call with the same key, it may be paid by now.
  if found then
    perform commerce.cancel_checkout(undo_checkout.checkout_session_id);
  end if;
end
$$;
comment on function commerce.undo_checkout(uuid) is
  'The payment could not be started at the provider: the reservations are released, and the same key may be used '
  'again. Changes nothing once the buyer got the payment page.';
