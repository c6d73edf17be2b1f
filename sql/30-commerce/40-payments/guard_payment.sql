create function commerce.guard_payment() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- The enum is in the order of rank; after captured, refunds and disputes move it both ways, but never back before it.
  if new.status < least(old.status, 'captured') then
    raise exception 'a payment cannot go from % back to %', old.status, new.status
      using errcode = '23514', hint = 'Payments only move forward. Record a refund instead.';
  end if;
  if (new.provider, new.provider_ref) is distinct from (old.provider, old.provider_ref) then
    raise exception 'a payment stays the provider''s payment it is' using errcode = '23514';
  end if;
  new.updated_at := now();
  return new;
end
$$;
comment on function commerce.guard_payment() is
  'Trigger: payments are a forward-only state machine, whoever writes them.';

create trigger guard before update on public.payments for each row execute function commerce.guard_payment();
