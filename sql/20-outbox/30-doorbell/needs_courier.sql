create function outbox.needs_courier() returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return not outbox.courier_is_awake() and (exists (select 1 from outbox.due())
    or exists (select 1 from inbox.unreadable_due(1)) or exists (select 1 from inbox.unconfirmed_due(1)));
end
$$;
comment on function outbox.needs_courier() is 'Whether something is due and no courier is awake.';
