create function commerce.lock_payment(payment_id uuid) returns public.payments
language plpgsql
set search_path = ''
as $$
declare
  v_payment public.payments;
begin
  -- By its key, as inbox.lock_keys: a transaction that applies many events locks their checkouts and stock before their
  -- payments' rows.
  perform pg_advisory_xact_lock(hashtextextended(p.provider || '/payment/' || p.provider_ref, 0))
  from public.payments p where p.id = lock_payment.payment_id;
  select p.* into v_payment from public.payments p where p.id = lock_payment.payment_id for no key update;
  return v_payment;
end
$$;
comment on function commerce.lock_payment(uuid) is
  'A payment, locked, for an admin or the courier to change it or its order: the first of all locks, so that they '
  'queue with its events and do not deadlock.';
