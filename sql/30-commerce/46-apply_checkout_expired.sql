create function commerce.apply_checkout_expired(fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_checkout uuid;
begin
  select s.id into v_checkout from public.checkout_sessions s where s.id = (fact ->> 'checkout_session_id')::uuid for no key update;
  if found then
    perform commerce.release_checkout(v_checkout, 'expired');
  end if;
end
$$;
comment on function commerce.apply_checkout_expired(jsonb) is 'Applies checkout.expired: the provider''s page closed unpaid; the stock goes back. One that names no checkout of ours changes nothing.';
