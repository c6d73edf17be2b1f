create function commerce.captured_in_parts(payment public.payments, refunded boolean default false) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return payment.amount_minor + coalesce((
    select sum(p.amount_minor) from commerce.parts_of(payment) p
    where p.currency = payment.currency and (p.status <> 'refunded' or captured_in_parts.refunded)
  ), 0);
end
$$;
comment on function commerce.captured_in_parts(public.payments, boolean) is
  'The sum of a payment and the other parts of the same whole, in minor units. refunded: includes those that were '
  'refunded in full.';
