create function inbox.to_ask_about(provider text, at_most integer default 25) returns table (kind text, ref text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query select w.kind, w.ref
  from (
    select 'payment' as kind, p.provider_ref as ref, p.created_at
    from public.payments p
    where p.provider = to_ask_about.provider and p.status in ('created', 'pending')
    union all
    -- Approved, and no payment yet. An approval that names no checkout of ours is not ours to capture.
    select 'approval', a.provider_ref, min(a.created_at)
    from public.payment_approvals a
    where a.provider = to_ask_about.provider and a.checkout_session_id is not null
      and not exists (
        select 1 from public.payments p
        where p.checkout_session_id = a.checkout_session_id and (p.provider = a.provider or p.captured_at is not null)
      )
    group by a.provider_ref
    union all
    -- Two events of one time differ, and neither shows that it is the later one.
    select split_part(l.thing, '/', 1), substr(l.thing, strpos(l.thing, '/') + 1), l.updated_at
    from inbox.latest_facts l
    where l.provider = to_ask_about.provider and l.undecided
  ) w
  left join inbox.inquiries i on i.provider = to_ask_about.provider and i.ref = w.ref
  where w.created_at < now() - interval '3 minutes'
    and w.created_at > now() - interval '60 days'
    and coalesce(i.next_at, '-infinity') <= now()
  order by coalesce(i.next_at, '-infinity'), w.created_at
  limit at_most;
end
$$;
comment on function inbox.to_ask_about(text, integer) is
  'What has been pending at a provider for some minutes: payments, approvals without a payment, and objects with '
  'several events of one time that do not decide which is the latest (membership, customer, product, dispute). The '
  'reconciler asks about them one by one.';
