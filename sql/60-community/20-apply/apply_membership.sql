create function community.apply_membership(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v jsonb := inbox.newest(provider, 'membership/' || (fact ->> 'provider_ref'), event_id, fact);
  v_old public.memberships;
  v_email text := lower(fact ->> 'email');
  v_user uuid;
  v_id uuid;
  v_email_at timestamptz := case when fact ->> 'email' is not null then (fact ->> 'occurred_at')::timestamptz end;
begin
  select m.* into v_old
  from public.memberships m
  where m.provider = apply_membership.provider and m.provider_ref = fact ->> 'provider_ref'
  for no key update;
  -- Not every version of a provider's API names the member's address: an event without one does not remove it.
  if v_old.email is not null and (v_email is null or (v_email_at, v_email) < (v_old.email_as_of, v_old.email)) then
    v_email := v_old.email;
    v_email_at := v_old.email_as_of;
  end if;
  -- While its address and its customer stay, so does its account, which may have another address by now.
  v_user := case
    when v_old.user_id is not null and v_email is not distinct from v_old.email
      and (v is null or v ->> 'customer_ref' is not distinct from v_old.customer_ref) then v_old.user_id
    else community.member_of(apply_membership.provider,
      case when v is null then v_old.customer_ref else v ->> 'customer_ref' end, v_email)
  end;
  if v_old.id is not null then
    perform community.keep_state(v_old.id, apply_membership.event_id, apply_membership.fact);
  end if;
  if v is null then
    if v_email is distinct from v_old.email then
      update public.memberships m
      set email = v_email, email_as_of = v_email_at, user_id = v_user
      where m.id = v_old.id;
    end if;
    update public.memberships m set past_due_since = community.past_due_since(m.id, m.as_of)
    where m.id = v_old.id and m.status = 'past_due'
      and m.past_due_since is distinct from community.past_due_since(m.id, m.as_of);
    return;
  end if;

  insert into public.memberships as m (
    provider, provider_ref, status, email, email_as_of, user_id, customer_ref, product_ref, current_period_start,
    current_period_end, cancel_at_period_end, past_due_since, as_of, as_of_event
  )
  values (
    apply_membership.provider, v ->> 'provider_ref', (v ->> 'status')::public.membership_status, v_email, v_email_at,
    v_user,
    v ->> 'customer_ref', v ->> 'product_ref', (v ->> 'current_period_start')::timestamptz,
    (v ->> 'current_period_end')::timestamptz, (v ->> 'cancel_at_period_end')::boolean,
    case when v ->> 'status' = 'past_due' then (v ->> 'occurred_at')::timestamptz end,
    (v ->> 'occurred_at')::timestamptz, v ->> 'event_id'
  )
  on conflict on constraint a_provider_names_a_membership_once do update
  set status = excluded.status, email = excluded.email, email_as_of = excluded.email_as_of, user_id = excluded.user_id,
      customer_ref = excluded.customer_ref, product_ref = excluded.product_ref,
      current_period_start = excluded.current_period_start,
      current_period_end = excluded.current_period_end, cancel_at_period_end = excluded.cancel_at_period_end,
      as_of = excluded.as_of, as_of_event = excluded.as_of_event,
      past_due_since = case when excluded.status = 'past_due' then community.past_due_since(m.id, excluded.as_of) end
  returning m.id into v_id;
  if v_old.id is null then
    perform community.keep_state(v_id, apply_membership.event_id, apply_membership.fact);
  end if;
end
$$;
comment on function community.apply_membership(text, text, jsonb) is
  'Applies membership.updated: the latest event wins; for events of one time inbox.latest_of decides. The address is '
  'the latest one received.';
