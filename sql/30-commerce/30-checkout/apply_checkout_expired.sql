create function commerce.apply_checkout_expired(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout uuid := fact ->> 'checkout_session_id';
begin
  update public.checkout_sessions s
  set expired_at = least(s.expired_at, (fact ->> 'occurred_at')::timestamptz)
  where s.id = v_checkout and s.expired_at is distinct from least(s.expired_at, (fact ->> 'occurred_at')::timestamptz);
  perform commerce.refresh_checkout(v_checkout);
end
$$;
comment on function commerce.apply_checkout_expired(jsonb) is
  'Applies checkout.expired: the provider''s page closed unpaid; the stock is released. One that names no checkout of '
  'ours changes nothing.';
