-- One statement, and so one snapshot: it can be asked while money moves. Whole tables are read once and joined by hash, as the planner likes
-- it; only what is under way is found by index. What constraints guarantee is not asked again.
create view ops.inconsistencies with (security_invoker = on) as
with bought as (
  -- What orders ask for, item by item, with the reservation that it came from.
  select o.id as order_id, o.number, o.status, o.email, o.payment_id, o.checkout_session_id, i.id as item_id, i.kind, i.sku, i.cohort_id,
    i.settled_without_stock, r.status as reservation
  from public.orders o
  join public.order_items i on i.order_id = o.id
  left join public.stock_reservations r
    on r.checkout_session_id = o.checkout_session_id and r.product_id = i.product_id and r.starts_at is not distinct from i.starts_at
), refunded as (
  select r.payment_id, r.currency, coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0) as succeeded,
    coalesce(sum(r.amount_minor) filter (where r.status in ('failed', 'cancelled')), 0) as undone
  from public.refunds r group by 1, 2
), items_of_orders as (
  select o.checkout_session_id, i.product_id, i.starts_at, i.quantity, i.unit_price_minor, i.kind, i.cohort_id, i.credits
  from public.order_items i join public.orders o on o.id = i.order_id
), items_of_their_checkouts as (
  select c.checkout_session_id, c.product_id, c.starts_at, c.quantity, c.unit_price_minor, c.kind, c.cohort_id, c.credits
  from public.checkout_items c join public.orders o on o.checkout_session_id = c.checkout_session_id
)
  select 'captured payment without an order' as what, p.id::text as id, p.provider || ' ' || p.provider_ref as which,
    'The buyer paid, and gets nothing.' as why,
    format('select commerce.make_order(p, s) from public.payments p join public.checkout_sessions s on s.id = p.checkout_session_id where p.id = %L', p.id) as remedy
  from public.payments p
  where p.captured_at is not null and p.checkout_session_id is not null and not p.needs_review and p.reviewed_at is null and p.status <> 'refunded'
    and not exists (select 1 from public.orders o where o.payment_id = p.id)
    -- A part alone makes none.
    and (p.part_of is null or (
      commerce.order_of(p) is null
      and commerce.captured_in_parts(p) >= (select s.total_minor from public.checkout_sessions s where s.id = p.checkout_session_id)
    ))
  union all
  select 'order without captured money', o.id::text, 'order ' || o.number, format('Its payment %s %s is %s.', p.provider, p.provider_ref, p.status),
    'do not fulfil it; ask the provider how the payment stands: select inbox.reconcile_all()'
  from public.orders o join public.payments p on p.id = o.payment_id where p.captured_at is null
  union all
  select 'order of another checkout than its payment', o.id::text, 'order ' || o.number,
    format('It is of checkout %s, its payment is for %s.', o.checkout_session_id, coalesce(p.checkout_session_id::text, 'none')),
    'find out what the buyer paid for, by the two checkouts; refund what was not meant'
  from public.orders o join public.payments p on p.id = o.payment_id where p.checkout_session_id is distinct from o.checkout_session_id
  union all
  select 'completed checkout without an order', s.id::text, 'checkout of ' || s.email, 'It says that it was paid, and no order was made.',
    'see its payments: ' || format('select * from public.payments where checkout_session_id = %L', s.id)
  from public.checkout_sessions s
  where s.status = 'payment_completed' and not exists (select 1 from public.orders o where o.checkout_session_id = s.id)
  union all
  select 'order of a checkout that is not completed', o.id::text, 'order ' || o.number, format('Its checkout is %s.', s.status),
    'its buyer could pay again; see the checkout: ' || format('select * from public.checkout_sessions where id = %L', s.id)
  from public.orders o join public.checkout_sessions s on s.id = o.checkout_session_id where s.status <> 'payment_completed'
  union all
  select 'order and checkout differ in total', o.id::text, 'order ' || o.number,
    format(
      'The order says %s %s (minor units), its checkout %s %s, with tax %s, shipping %s, discount %s.', o.total_minor, o.currency,
      s.total_minor, s.currency, o.tax_minor, o.shipping_minor, o.discount_minor
    ),
    'the checkout is what the buyer saw: correct the order, and refund what was taken too much'
  from public.orders o join public.checkout_sessions s on s.id = o.checkout_session_id
  where o.currency <> s.currency or o.total_minor - (s.total_minor - o.discount_minor + o.shipping_minor) not between 0 and o.tax_minor
  union all
  select 'order and its items differ in total', o.id::text, 'order ' || o.number,
    format(
      'The order says %s (minor units), its items come to %s, with tax %s, shipping %s, discount %s.', o.total_minor, coalesce(t.total, 0),
      o.tax_minor, o.shipping_minor, o.discount_minor
    ),
    'see what was bought: ' || format('select * from public.order_items where order_id = %L', o.id)
  from public.orders o
  left join (select i.order_id, sum(i.quantity * i.unit_price_minor::numeric) as total from public.order_items i group by 1) t on t.order_id = o.id
  where o.total_minor - (coalesce(t.total, 0) - o.discount_minor + o.shipping_minor) not between 0 and o.tax_minor
  union all
  select 'order and checkout differ in items', o.id::text, 'order ' || o.number, 'What was sold is not what was checked out.',
    'see both: ' || format('select * from public.checkout_items where checkout_session_id = %L', o.checkout_session_id)
  from public.orders o
  where o.checkout_session_id in (
    (select f.checkout_session_id from (select * from items_of_orders except select * from items_of_their_checkouts) f)
    union
    (select f.checkout_session_id from (select * from items_of_their_checkouts except select * from items_of_orders) f)
  )
  union all
  select 'order and payment differ in amount', o.id::text, 'order ' || o.number,
    format('The order is of %s %s (minor units), captured were %s %s, and nobody accepted that.', o.total_minor, o.currency, p.amount_minor, p.currency),
    'refund the difference, or accept it: ' || format('update public.payments set reviewed_at = now() where id = %L', p.id)
  from public.orders o join public.payments p on p.id = o.payment_id
  where (o.total_minor, o.currency) is distinct from (p.amount_minor, p.currency) and p.reviewed_at is null and p.captured_at is not null
    and (p.part_of is null or o.currency <> p.currency or commerce.captured_in_parts(p, refunded => true) <> o.total_minor)
  union all
  select 'payment and its refunds differ', p.id::text, p.provider || ' ' || p.provider_ref,
    format('It says that %s (minor units) went back, its refunds say %s.', p.refunded_minor, greatest(coalesce(r.succeeded, 0), p.reported_refunded_minor - coalesce(r.undone, 0))),
    format('select commerce.refresh_payment(%L)', p.id)
  from public.payments p left join refunded r on r.payment_id = p.id and r.currency = p.currency
  where p.refunded_minor <> greatest(coalesce(r.succeeded, 0), p.reported_refunded_minor - coalesce(r.undone, 0))
  union all
  select 'stock and its ledger differ', p.id::text, p.sku,
    format('There are %s to sell, the ledger says %s.', coalesce(p.stock::text, 'any number'), coalesce(m.quantity, 0)),
    -- The stock is what is sold by; the ledger follows.
    format('insert into public.stock_movements (product_id, quantity, reason, note) values (%L, %s, ''corrected'', ''after an audit'')', p.id, coalesce(p.stock, 0) - coalesce(m.quantity, 0))
  from public.products p
  left join (select l.product_id, sum(l.quantity) as quantity from public.stock_movements l group by 1) m on m.product_id = p.id
  where coalesce(p.stock, 0) <> coalesce(m.quantity, 0)
  union all
  select 'stock held for a checkout that has ended', s.id::text, 'checkout of ' || s.email, format('It is %s, and what it held is not on sale again.', s.status),
    case when s.status = 'payment_completed' then 'see why its order did not take it: ' || format('select * from public.stock_reservations where checkout_session_id = %L', s.id)
      else format('select commerce.release_stock(%L)', s.id) end
  from public.checkout_sessions s
  where s.status in ('payment_failed', 'expired', 'payment_completed')
    and s.id in (select r.checkout_session_id from public.stock_reservations r where r.status = 'held')
  union all
  select 'checkout open past its time', s.id::text, 'checkout of ' || s.email, format('It should have expired at %s.', ops.iso_utc(s.expires_at)), 'select commerce.expire_checkouts()'
  from public.checkout_sessions s where s.status = 'open' and s.expires_at < now() - interval '10 minutes'
  union all
  select 'checkout without news for a week', s.id::text, 'checkout of ' || s.email, 'Money is said to be on its way, and its stock waits for it.',
    'ask the provider: select inbox.reconcile_all(); if nothing comes, it is failed there: tell us so by its webhook, or call it off'
  from public.checkout_sessions s
  where s.status = 'payment_pending' and s.updated_at < now() - interval '7 days'
    and not exists (
      select 1 from public.payments p where p.checkout_session_id = s.id and (p.needs_review or p.updated_at >= now() - interval '7 days')
    )
    and not exists (select 1 from public.payment_approvals a where a.checkout_session_id = s.id and a.created_at >= now() - interval '7 days')
  union all
  select 'stock taken without an order', r.id::text, p.sku, format('%s are sold to nobody.', r.quantity),
    format('update public.stock_reservations set status = ''held'' where id = %L; then select commerce.release_stock(%L)', r.id, r.checkout_session_id)
  from public.stock_reservations r join public.products p on p.id = r.product_id
  where r.status = 'taken' and not exists (select 1 from public.orders o where o.checkout_session_id = r.checkout_session_id)
  union all
  select 'sold and not taken from what there is', b.item_id::text, format('%s of order %s', b.sku, b.number),
    case when b.reservation is null then 'Nothing was reserved for it.' else format('Its reservation is %s.', b.reservation) end,
    format('update public.orders set status = ''needs_attention'', attention_reason = ''an audit found it'' where id = %L; then select commerce.settle_order(%L)', b.order_id, b.order_id)
  from bought b
  where b.status = 'confirmed' and not b.settled_without_stock and b.reservation is distinct from 'taken'
    and (b.reservation is not null or exists (
      select 1 from public.checkout_items c join public.order_items i on i.id = b.item_id
      where c.checkout_session_id = b.checkout_session_id and c.product_id = i.product_id and c.starts_at is not distinct from i.starts_at and c.reserved
    ))
  union all
  select 'more students than seats', c.id::text, c.name, format('%s seats are taken or held, of %s.', coalesce(e.seats, 0) + coalesce(h.seats, 0), c.capacity),
    'move somebody to another cohort, or raise the capacity: ' || format('update public.cohorts set capacity = %s where id = %L', coalesce(e.seats, 0) + coalesce(h.seats, 0), c.id)
  from public.cohorts c
  left join (select n.cohort_id, count(*) as seats from public.enrollments n where n.status <> 'cancelled' group by 1) e on e.cohort_id = c.id
  left join (
    select r.cohort_id, sum(r.quantity) as seats from public.stock_reservations r where r.status = 'held' and r.cohort_id is not null group by 1
  ) h on h.cohort_id = c.id
  where coalesce(e.seats, 0) + coalesce(h.seats, 0) > c.capacity
  union all
  select 'seat that nothing bought', e.id::text, e.email,
    case when o.status = 'refunded' then format('Order %s, which bought it, was refunded.', o.number) else format('Order %s, which it names, bought something else.', o.number) end,
    format('update public.enrollments set status = ''cancelled'' where id = %L; or, when it is a gift, set order_item_id = null', e.id)
  from public.enrollments e join public.order_items i on i.id = e.order_item_id join public.orders o on o.id = i.order_id
  where e.status = 'active' and (o.status = 'refunded' or i.cohort_id is distinct from e.cohort_id)
  union all
  select 'seat bought and not given', b.item_id::text, format('%s of order %s', b.sku, b.number), format('%s paid for it and is not enrolled by it.', b.email),
    format('select commerce.fulfil_services(%L)', b.order_id)
  from bought b
  where b.kind = 'cohort_seat' and b.status = 'confirmed' and not b.settled_without_stock
    and not exists (select 1 from public.enrollments e where e.order_item_id = b.item_id and not e.cancelled_by_refund)
    -- Cancelled by hand, and bought anew: the later purchase had it, whatever became of that one.
    and not exists (
      select 1 from bought n where n.cohort_id = b.cohort_id and n.email = b.email and n.item_id > b.item_id and n.reservation = 'taken'
    )
  union all
  select 'goods bought and no parcel', b.order_id::text, 'order ' || b.number, 'Nobody is told to send it.', format('insert into public.fulfillments (order_id) values (%L)', b.order_id)
  from (select distinct b.order_id, b.number from bought b where b.kind = 'goods') b
  where not exists (select 1 from public.fulfillments f where f.order_id = b.order_id)
  union all
  select 'parcel of a refunded order', f.id::text, 'order ' || o.number, format('Its money went back, and it is %s.', f.status),
    format('update public.fulfillments set status = ''cancelled'' where id = %L', f.id)
  from public.fulfillments f join public.orders o on o.id = f.order_id where f.status in ('pending', 'packed') and o.status = 'refunded'
  union all
  select 'session bought and not booked', b.item_id::text, format('%s of order %s', b.sku, b.number), format('%s paid for it and has no appointment by it.', b.email),
    format('select commerce.fulfil_services(%L)', b.order_id)
  from bought b
  where b.kind = 'tutoring_session' and b.status = 'confirmed' and not b.settled_without_stock
    and not exists (select 1 from public.tutoring_sessions s where s.order_item_id = b.item_id and not s.cancelled_by_refund)
  union all
  select 'session that nothing bought', s.id::text, format('%s at %s', s.title, ops.iso_utc(s.starts_at)),
    case when o.status = 'refunded' then format('Order %s, which bought it, was refunded.', o.number) else format('Order %s, which it names, bought something else.', o.number) end,
    format('update public.tutoring_sessions set status = ''cancelled'' where id = %L; or, when it is a gift, set order_item_id = null', s.id)
  from public.tutoring_sessions s join public.order_items i on i.id = s.order_item_id join public.orders o on o.id = i.order_id
  where s.status = 'scheduled' and ((o.status = 'refunded' and s.starts_at > now()) or i.kind <> 'tutoring_session')
  union all
  select 'tutor booked twice at a time', b.id::text, format('%s at %s', b.tutor_email, ops.iso_utc(b.starts_at)),
    format('Another session that was bought goes on until %s.', ops.iso_utc(b.busy_until)),
    'agree on another time with one of the two students: ' || format('update public.tutoring_sessions set starts_at = …, ends_at = … where id = %L', b.id)
  from (
    select s.id, s.tutor_email, s.starts_at,
      max(s.ends_at) over (partition by s.tutor_email order by s.starts_at, s.id rows between unbounded preceding and 1 preceding) as busy_until
    from public.tutoring_sessions s where s.status = 'scheduled' and s.order_item_id is not null
  ) b
  where b.starts_at < b.busy_until
  union all
  select 'credits and their payment differ', p.id::text, p.provider || ' ' || p.provider_ref, format('It bought %s, the ledger holds %s.', c.bought, c.held),
    format('select community.settle_credits(p) from public.payments p where p.id = %L', p.id)
  from (
    select x.payment_id, sum(x.bought) as bought, sum(x.held) as held
    from (
      select p.id as payment_id, p.credits as bought, 0 as held from public.payments p where p.credits is not null and p.captured_at is not null and p.status <> 'refunded'
      union all
      select o.payment_id, sum(i.credits * i.quantity), 0
      from public.orders o join public.order_items i on i.order_id = o.id and i.kind = 'credit_pack' join public.payments p on p.id = o.payment_id
      where p.credits is null and p.captured_at is not null and o.status <> 'refunded'
      group by 1
      union all
      select l.payment_id, 0, sum(l.credits) from public.credit_ledger l where l.payment_id is not null group by 1
    ) x
    group by 1
  ) c
  join public.payments p on p.id = c.payment_id
  where c.bought <> c.held
  union all
  select 'captured payment that is for nothing', p.id::text, p.provider || ' ' || p.provider_ref, 'It names no checkout, membership or credits, and nobody looked at it.',
    format('select commerce.refresh_payment(%L)', p.id)
  from public.payments p
  where p.checkout_session_id is null and p.captured_at is not null and not p.needs_review and p.reviewed_at is null and p.status <> 'refunded'
    and p.membership_ref is null and p.credits is null
    and not community.pays_membership(p.provider, p.provider_ref)
  union all
  select 'payment started for another checkout', s.id::text, s.provider || ' ' || s.provider_ref,
    format('It was started for checkout %s, and paid for %s.', s.checkout_session_id, p.checkout_session_id), 'find out what the buyer meant; refund what he did not'
  from public.started_payments s join public.payments p on p.provider = s.provider and p.provider_ref = s.provider_ref
  where p.checkout_session_id <> s.checkout_session_id
  union all
  select 'refund in another currency than its payment', r.id::text, r.provider || ' ' || r.provider_ref,
    format('%s %s (minor units) went back of a payment in %s, and count for nothing here.', r.amount_minor, r.currency, p.currency),
    'look at the provider how much that was, and record it: ' || format('select commerce.record_refund(%L, …, %L)', p.id, r.provider_ref)
  from public.refunds r join public.payments p on p.id = r.payment_id
  where r.currency <> p.currency and r.status in ('pending', 'succeeded')
  union all
  select 'refund of another payment', q.id::text, p.provider || ' ' || q.provider_ref, format('It was asked for payment %s, and made of %s.', q.payment_id, r.payment_id),
    'see both payments at the provider, and refund the right one'
  from public.refund_requests q
  join public.payments p on p.id = q.payment_id
  join public.refunds r on r.provider = p.provider and r.provider_ref = q.provider_ref
  where r.payment_id <> q.payment_id;
comment on view ops.inconsistencies is
  'Everything that must never be, now: what, which, why, and what to do. select * from ops.inconsistencies. None: all is well. ops.audit_consistency keeps what it says.';
