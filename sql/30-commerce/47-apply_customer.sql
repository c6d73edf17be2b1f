create function commerce.apply_customer(provider text, event_id text, fact jsonb) returns void
language sql
set search_path = ''
begin atomic
  insert into public.customers as c (provider, provider_ref, email, name, phone, user_id, as_of, as_of_event)
  values (
    apply_customer.provider, fact ->> 'provider_ref', lower(fact ->> 'email'), fact ->> 'name', fact ->> 'phone',
    commerce.user_of(fact ->> 'email'), (fact ->> 'occurred_at')::timestamptz, apply_customer.event_id
  )
  on conflict on constraint a_provider_names_a_customer_once do update
  set email = excluded.email, name = excluded.name, phone = excluded.phone, user_id = excluded.user_id,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event
  where (excluded.as_of, excluded.as_of_event) > (c.as_of, c.as_of_event);
end;
comment on function commerce.apply_customer(text, text, jsonb) is 'Applies customer.updated: the newest news wins.';
