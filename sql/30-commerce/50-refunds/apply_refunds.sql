-- Facts of many events are applied by statements over all of them: one fact is a set of one, by the same rule.
create function commerce.apply_refunds(providers text[], facts jsonb[], events uuid[] default null) returns void
language plpgsql
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_ids uuid[];
begin
  -- Locked in one order.
  select array_agg(p.id order by g.place) into v_ids
  from (
    select g.* from unnest(providers, facts) with ordinality as g (provider, fact, place)
    order by g.provider, g.fact ->> 'payment_ref'
  ) as g
  cross join lateral commerce.payment_of(g.provider, g.fact ->> 'payment_ref') p;
  if events is not null then
    perform inbox.set_causes(events || events, v_ids || array(
      select o.id from unnest(v_ids) with ordinality as p (id, place)
      left join public.orders o on o.payment_id = p.id
      order by p.place
    ));
  end if;

  if exists (select 1 from unnest(facts) as f where f ->> 'type' = 'refund.updated') then
    insert into public.refunds as r (payment_id, provider, provider_ref, status, amount_minor, currency, reason)
    select g.payment, g.provider, g.fact ->> 'provider_ref', (g.fact ->> 'status')::public.refund_status,
      (g.fact ->> 'amount_minor')::bigint, g.fact ->> 'currency', g.fact ->> 'reason'
    from unnest(v_ids, providers, facts) as g (payment, provider, fact)
    where g.fact ->> 'type' = 'refund.updated'
    on conflict on constraint a_provider_names_a_refund_once do update
    set status = greatest(excluded.status, r.status),
        amount_minor = case
          when excluded.status = r.status then greatest(excluded.amount_minor, r.amount_minor)
          when excluded.status > r.status then excluded.amount_minor
          else r.amount_minor
        end,
        reason = case
          when excluded.status = r.status then greatest(excluded.reason, r.reason)
          when excluded.status > r.status then coalesce(excluded.reason, r.reason)
          else coalesce(r.reason, excluded.reason)
        end
    where excluded.status > r.status or (excluded.status = r.status and (excluded.amount_minor > r.amount_minor
      or excluded.reason > r.reason))
      or r.reason is null;
  end if;
  if exists (select 1 from unnest(facts) as f where f ->> 'type' = 'payment.refunded') then
    update public.payments p set reported_refunded_minor = (g.fact ->> 'refunded_minor')::bigint
    from unnest(v_ids, facts) as g (payment, fact)
    where p.id = g.payment and g.fact ->> 'type' = 'payment.refunded'
      and p.reported_refunded_minor < (g.fact ->> 'refunded_minor')::bigint and p.currency = g.fact ->> 'currency';
  end if;
  perform commerce.refresh_payments(v_ids);
end
$$;
comment on function commerce.apply_refunds(text[], jsonb[], uuid[]) is
  'Applies refund.updated, a refund that only moves forward by rank, and payment.refunded, the total of refunds in the '
  'provider''s event, which only grows. facts, providers and events are of one length: a fact, its provider, and the '
  'id of its event, if messages are to name it. No two facts are about one payment, one checkout or one whole of '
  'several payments. Parks until their payments are captured.';
