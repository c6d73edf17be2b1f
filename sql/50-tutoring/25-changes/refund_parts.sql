create function tutoring.refund_parts(session public.tutoring_sessions)
returns table (payment_id uuid, provider text, minor bigint, currency text, can_refund boolean)
language plpgsql stable
set search_path = ''
as $$
declare
  v_payment public.payments;
  v_left bigint := coalesce(tutoring.paid_minor(session), 0);
begin
  for v_payment in select p.* from tutoring.payments_of(session) p order by p.id loop
    minor := least(v_left, coalesce(commerce.refundable(v_payment.id), 0));
    continue when minor <= 0;
    payment_id := v_payment.id;
    provider := v_payment.provider;
    currency := v_payment.currency;
    can_refund := exists (select 1 from inbox.providers p where p.name = v_payment.provider and p.can_refund);
    v_left := v_left - minor;
    return next;
  end loop;
end
$$;
comment on function tutoring.refund_parts(public.tutoring_sessions) is
  'What is refunded of which payment when a session is cancelled, in minor units of currency: what was paid for the '
  'session, as far as it was not refunded already. can_refund: whether the provider does so by its API.';
