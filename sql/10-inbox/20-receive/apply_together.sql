create function inbox.apply_together(ids uuid[]) returns uuid[]
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_captured uuid[];
  v_refunds uuid[];
begin
  select array_agg(e.id order by g.place) filter (where e.facts -> 0 ->> 'type' = 'payment.captured'),
    array_agg(e.id order by g.place) filter (where e.facts -> 0 ->> 'type' in ('payment.refunded', 'refund.updated'))
  into v_captured, v_refunds
  from unnest(ids) with ordinality as g (id, place)
  cross join lateral (select e.* from inbox.events e where e.id = g.id offset 0) e
  where e.status = 'applied' and jsonb_array_length(e.facts) = 1;

  v_captured := inbox.apply_set('captured', v_captured);
  if cardinality(v_refunds) > 1 then
    -- Of payments that were captured before, or just now. Two of one payment or checkout are applied one by one; so is
    -- a refund of a part, on whose others its order depends.
    select array_agg(r.id order by r.place) into v_refunds
    from (
      select e.id, g.place, p.part_of, count(*) over (partition by p.id) as of_payment,
        count(p.checkout_session_id) over (partition by p.checkout_session_id) as of_checkout
      from unnest(v_refunds) with ordinality as g (id, place)
      cross join lateral (select e.* from inbox.events e where e.id = g.id offset 0) e
      cross join lateral (
        select p.* from public.payments p
        where p.provider = e.provider and p.provider_ref = e.facts -> 0 ->> 'payment_ref' offset 0
      ) p
      where p.captured_at is not null
    ) r
    where r.part_of is null and r.of_payment = 1 and r.of_checkout <= 1;
  end if;
  return v_captured || inbox.apply_set('refunds', v_refunds);
end
$$;
comment on function inbox.apply_together(uuid[]) is
  'The part of inbox.receive that applies new events as sets: those that hold one captured payment, then those that '
  'hold one refund. Returns the ids of those that it applied; the others are for inbox.settle. Raises nothing but a '
  'deadlock.';
