create function community.apply_membership(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v jsonb := inbox.newest(provider, 'membership/' || (fact ->> 'provider_ref'), event_id, fact);
begin
  if v is null then
    return;
  end if;
  insert into public.memberships as m (
    provider, provider_ref, status, email, user_id, customer_ref, product_ref, current_period_start, current_period_end,
    cancel_at_period_end, as_of, as_of_event
  )
  values (
    apply_membership.provider, v ->> 'provider_ref', (v ->> 'status')::public.membership_status, lower(v ->> 'email'),
    community.member_of(apply_membership.provider, v ->> 'customer_ref', v ->> 'email'),
    v ->> 'customer_ref', v ->> 'product_ref', (v ->> 'current_period_start')::timestamptz,
    (v ->> 'current_period_end')::timestamptz, (v ->> 'cancel_at_period_end')::boolean, (v ->> 'occurred_at')::timestamptz,
    v ->> 'event_id'
  )
  on conflict on constraint a_provider_names_a_membership_once do update
  set status = excluded.status, email = excluded.email, user_id = excluded.user_id, customer_ref = excluded.customer_ref,
      product_ref = excluded.product_ref, current_period_start = excluded.current_period_start,
      current_period_end = excluded.current_period_end, cancel_at_period_end = excluded.cancel_at_period_end,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event;
end
$$;
comment on function community.apply_membership(text, text, jsonb) is
  'Applies membership.updated: the newest news wins; within one moment, what says that it is the latest (inbox.latest_of).';
