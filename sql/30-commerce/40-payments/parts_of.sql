create function commerce.parts_of(payment public.payments) returns setof public.payments
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    select p.* from public.payments p
    where p.provider = payment.provider and p.part_of = payment.part_of
      and p.checkout_session_id = payment.checkout_session_id
      and p.id <> payment.id and p.captured_at is not null;
end
$$;
comment on function commerce.parts_of(public.payments) is
  'The other captures of the whole that a payment is a part of, for the same checkout. None for a payment that is not '
  'a part.';
