create function community.apply_membership(provider text, event_id text, fact jsonb) returns void
language sql
set search_path = ''
begin atomic
  insert into public.memberships as m (
    provider, provider_ref, status, email, user_id, customer_ref, product_ref, current_period_start, current_period_end,
    cancel_at_period_end, as_of, as_of_event
  )
  values (
    apply_membership.provider, fact ->> 'provider_ref', (fact ->> 'status')::public.membership_status, lower(fact ->> 'email'),
    community.member_of(apply_membership.provider, fact ->> 'customer_ref', fact ->> 'email'),
    fact ->> 'customer_ref', fact ->> 'product_ref', (fact ->> 'current_period_start')::timestamptz,
    (fact ->> 'current_period_end')::timestamptz, (fact ->> 'cancel_at_period_end')::boolean, (fact ->> 'occurred_at')::timestamptz,
    apply_membership.event_id
  )
  on conflict on constraint a_provider_names_a_membership_once do update
  set status = excluded.status, email = excluded.email, user_id = excluded.user_id, customer_ref = excluded.customer_ref,
      product_ref = excluded.product_ref, current_period_start = excluded.current_period_start,
      current_period_end = excluded.current_period_end, cancel_at_period_end = excluded.cancel_at_period_end,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event
  -- Within one second the further status is the later one: a cancellation does not lose to an update.
  where (excluded.as_of, excluded.status, excluded.as_of_event) > (m.as_of, m.status, m.as_of_event);
end;
comment on function community.apply_membership(text, text, jsonb) is 'Applies membership.updated: the newest news wins.';
