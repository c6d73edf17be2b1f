create function commerce.review_parts(payment public.payments, checkout public.checkout_sessions) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_part public.payments;
  v_reason text;
begin
  if payment.part_of is null then
    return;
  end if;
  for v_part in select p.* from commerce.parts_of(payment) p order by p.id loop
    v_reason := commerce.review_reason(v_part, checkout);
    update public.payments p set needs_review = v_reason is not null, review_reason = v_reason
    where p.id = v_part.id and p.review_reason is distinct from v_reason;
  end loop;
end
$$;
comment on function commerce.review_parts(public.payments, public.checkout_sessions) is
  'Reviews the other parts of the same whole again: whether they need a review depends on all of them.';
