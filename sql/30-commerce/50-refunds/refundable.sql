create function commerce.refundable(payment_id uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select p.amount_minor
      - greatest(p.refunded_minor, (
          select coalesce(sum(r.amount_minor), 0) from public.refunds r where r.payment_id = p.id
          and r.status in ('pending', 'succeeded')
        ))
      - (
          -- Requested, and no event about it received yet.
          select coalesce(sum(q.amount_minor), 0) from public.refund_requests q
          where q.payment_id = p.id
            and (
              q.status = 'requested'
              or (q.status = 'sent' and not exists (
                select 1 from public.refunds r where r.provider = p.provider and r.provider_ref = q.provider_ref
              ))
            )
        )
    from public.payments p
    where p.id = refundable.payment_id and p.captured_at is not null
  );
end
$$;
comment on function commerce.refundable(uuid) is
  'How much of a payment can still be refunded, in minor units: the captured amount, less refunds that succeeded, are '
  'pending, or were requested. Null: nothing was captured.';
