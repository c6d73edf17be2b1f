create function commerce.may_close(started_payment_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_started public.started_payments;
begin
  select p.* into v_started from public.started_payments p where p.id = may_close.started_payment_id;
  if v_started.id is null then
    return format('There is no started payment %s.', may_close.started_payment_id);
  elsif v_started.closed_at is not null then
    return 'It is closed already.';
  elsif exists (
    -- Of this provider: a buyer who has paid elsewhere must still not pay here too.
    select 1 from public.payments p
    where p.checkout_session_id = v_started.checkout_session_id and p.provider = v_started.provider
      and (p.status = 'pending' or p.captured_at is not null)
  ) then
    return 'Its buyer has paid here, or is paying.';
  end if;
  return null;
end
$$;
comment on function commerce.may_close(uuid) is
  'Asked by the courier right before it closes a started payment at the provider. Null: it may; else why not.';
