create function commerce.apply_customer(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v jsonb := inbox.newest(provider, 'customer/' || (fact ->> 'provider_ref'), event_id, fact);
begin
  if v is null then
    return;
  end if;
  insert into public.customers as c (provider, provider_ref, email, name, phone, user_id, as_of, as_of_event)
  values (
    apply_customer.provider, v ->> 'provider_ref', lower(v ->> 'email'), v ->> 'name', v ->> 'phone',
    commerce.user_of(v ->> 'email'), (v ->> 'occurred_at')::timestamptz, v ->> 'event_id'
  )
  on conflict on constraint a_provider_names_a_customer_once do update
  set email = excluded.email, name = excluded.name, phone = excluded.phone,
      -- While the address stays, so does the account: it may have another address by now.
      user_id = case when c.email is not distinct from excluded.email then coalesce(c.user_id, excluded.user_id)
        else excluded.user_id end,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event;

  -- Memberships and credits may have been received before their customer.
  update public.memberships m
  set user_id = community.member_of(m.provider, m.customer_ref, m.email)
  where m.provider = apply_customer.provider
    and m.customer_ref = fact ->> 'provider_ref'
    -- One with an address of its own does not change with its customer's.
    and (m.email is null or m.user_id is null)
    and m.user_id is distinct from community.member_of(m.provider, m.customer_ref, m.email);
  update public.credit_ledger l
  set user_id = community.member_of(l.provider, l.customer_ref, l.email)
  where l.provider = apply_customer.provider and l.customer_ref = fact ->> 'provider_ref' and l.user_id is null
    and community.member_of(l.provider, l.customer_ref, l.email) is not null;
end
$$;
comment on function commerce.apply_customer(text, text, jsonb) is
  'Applies customer.updated: the latest event wins. Memberships and credits of the customer are assigned to the '
  'account.';
