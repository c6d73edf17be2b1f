create view ops.audit_credits (what, id, which, why, remedy) with (security_invoker = on) as
select 'credits and their payment differ', p.id::text, p.provider || ' ' || p.provider_ref,
  format('It bought %s, the ledger holds %s.', c.bought, c.held)
    || case when s.spent then ' The difference was spent before the refund.' else '' end,
  case
    when s.spent then ops.remedy('Lets the buyer keep what was spent.',
      format('select community.write_off_credits(%L, reason => ''<why>'')', p.id))
    else ops.remedy('Books the difference.',
      format('select community.settle_credits(p) from public.payments p where p.id = %L', p.id))
  end
from (
  select x.payment_id, sum(x.bought) as bought, sum(x.held) as held
  from (
    select p.id as payment_id, p.credits as bought, 0 as held
    from public.payments p
    where p.credits is not null and p.captured_at is not null and p.status <> 'refunded'
    union all
    select o.payment_id, sum(i.credits * i.quantity), 0
    from public.orders o
    join public.order_items i on i.order_id = o.id and i.kind = 'credit_pack'
    join public.payments p on p.id = o.payment_id
    where p.credits is null and p.captured_at is not null and o.status <> 'refunded'
    group by 1
    union all
    select l.payment_id, 0, sum(l.credits) from public.credit_ledger l where l.payment_id is not null group by 1
  ) x
  group by 1
) c
join public.payments p on p.id = c.payment_id
cross join lateral (
  select p.status = 'refunded' and c.held - c.bought > coalesce(sum(b.balance), 0) as spent
  from community.credit_balances b
  where b.owner in (
    select community.credit_owner(l.user_id, l.payment_id, l.email, l.provider, l.customer_ref)
    from public.credit_ledger l where l.payment_id = p.id
  )
) s
where c.bought <> c.held;
comment on view ops.audit_credits is
  'A rule of ops.inconsistencies: the ledger holds the credits that a payment bought.';
