create function community.keep_state(membership_id uuid, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into community.membership_states (membership_id, occurred_at, event_id, status, period_start, period_end)
  values (
    keep_state.membership_id, (fact ->> 'occurred_at')::timestamptz, keep_state.event_id,
    (fact ->> 'status')::public.membership_status, (fact ->> 'current_period_start')::timestamptz,
    (fact ->> 'current_period_end')::timestamptz
  )
  on conflict on constraint membership_states_pkey do nothing;
end
$$;
comment on function community.keep_state(uuid, text, jsonb) is
  'Keeps the state that membership.updated tells of a membership, however old it is.';
