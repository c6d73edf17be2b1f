create function inbox.knows_fact(provider text, fact jsonb) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_type text := fact ->> 'type';
  v_ref text := fact ->> 'provider_ref';
  v_payment record;
begin
  -- What was left undecided is asked about: the answer is news even where it says what stands here already.
  if exists (
    select 1 from inbox.latest_facts l
    where l.provider = knows_fact.provider and l.thing = split_part(v_type, '.', 1) || '/' || v_ref
      and l.undecided and l.moment < (fact ->> 'occurred_at')::timestamptz
  ) then
    return false;
  end if;
  case split_part(v_type, '.', 1)
    when 'payment' then
      if v_type = 'payment.approved' then
        return exists (
          select 1 from public.payment_approvals a where a.provider = knows_fact.provider and a.provider_ref = v_ref
        );
      end if;
      select p.* into v_payment
      from public.payments p
      where p.provider = knows_fact.provider and p.provider_ref = coalesce(v_ref, fact ->> 'payment_ref');
      if v_payment.id is null then
        return false;
      end if;
      return case
        when v_type = 'payment.refunded' then
          v_payment.refunded_minor >= (fact ->> 'refunded_minor')::bigint
            or v_payment.reported_refunded_minor >= (fact ->> 'refunded_minor')::bigint
        when v_type = 'payment.captured' then v_payment.captured_at is not null
        else v_payment.status >= split_part(v_type, '.', 2)::public.payment_status
      end;
    when 'refund' then
      return exists (
        select 1 from public.refunds r
        where r.provider = knows_fact.provider and r.provider_ref = v_ref
          and r.status >= (fact ->> 'status')::public.refund_status
      );
    when 'dispute' then
      return exists (
        select 1 from public.disputes d
        where d.provider = knows_fact.provider and d.provider_ref = v_ref
          and (d.as_of >= (fact ->> 'occurred_at')::timestamptz
            or d.status = (fact ->> 'status')::public.dispute_status)
      );
    when 'membership' then
      return v_type = 'membership.updated' and exists (
        select 1 from public.memberships m
        where m.provider = knows_fact.provider and m.provider_ref = v_ref
          and (
            m.as_of >= (fact ->> 'occurred_at')::timestamptz
            or (m.status, m.current_period_end, m.cancel_at_period_end) is not distinct from
              ((fact ->> 'status')::public.membership_status, (fact ->> 'current_period_end')::timestamptz,
                (fact ->> 'cancel_at_period_end')::boolean)
          )
      );
    when 'invoice' then
      return exists (
        select 1 from public.invoice_payments l
        where l.provider = knows_fact.provider and l.invoice_ref = v_ref and l.payment_ref = fact ->> 'payment_ref'
      );
    when 'checkout' then
      return not exists (select 1 from public.checkout_sessions s where s.id = (fact ->> 'checkout_session_id')::uuid)
        or exists (
          select 1 from public.payments p where p.provider = knows_fact.provider and p.provider_ref = v_ref
          and p.status >= 'cancelled'
        );
    when 'chat' then
      return community.conversation_of(knows_fact.provider, fact) is null or exists (
        select 1 from public.conversation_messages x
        where x.provider = knows_fact.provider and x.provider_ref = v_ref
      );
    when 'meeting' then
      return tutoring.knows_meeting(knows_fact.provider, fact);
    else
      return false;
  end case;
end
$$;
comment on function inbox.knows_fact(text, jsonb) is
  'Whether the content of a fact is already here: applying it would change nothing that matters. For the reconciler, '
  'where a provider''s API lists objects and not events.';
