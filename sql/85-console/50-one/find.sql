create function console.find(query text) returns jsonb
language plpgsql stable
security definer -- the schemas inbox and outbox stay closed to the Data API; only the owner may read auth.users
set search_path = ''
as $$
declare
  v_most constant integer := 30;
  v_query text := left(btrim(find.query), 300);
  v_id uuid;
  v_number numeric;
  v_amount text[];
  v_found jsonb := '[]';
begin
  perform console.require_admin();
  if coalesce(v_query, '') = '' then
    return v_found;
  end if;

  -- Our own ids, also as receivers know them.
  if v_query ~* '^(msg_)?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then
    v_id := regexp_replace(v_query, '^msg_', '', 'i')::uuid;
    select coalesce(jsonb_agg(k.it), '[]') into v_found
    from (
      select console.record(k.kind, v_id) as it
      from unnest('{order,payment,checkout,event,message,session,membership}'::text[]) as k (kind)
      union all
      select console.record('payment', r.payment_id) from (
        select x.payment_id from public.refunds x where x.id = v_id
        union select x.payment_id from public.disputes x where x.id = v_id
        union select x.payment_id from public.refund_requests x where x.id = v_id
      ) r
      union all
      select jsonb_build_object('kind', 'person', 'id', u.id, 'title', u.email, 'detail', null, 'at', u.created_at,
        'status', null) from auth.users u where u.id = v_id
    ) k where k.it is not null;
    return v_found;
  end if;

  -- Numbers: an order's, a delivery's; amounts.
  if v_query ~ '^#?[0-9]{1,18}$' then
    v_number := ltrim(v_query, '#')::numeric;
    select coalesce(jsonb_agg(k.it), '[]') into v_found
    from (
      select console.record('order', o.id) as it from public.orders o where o.number = v_number::bigint
      union all
      select jsonb_build_object('kind', 'delivery', 'id', d.id::text, 'title', m.type || ' to ' || d.destination,
        'detail', d.record_key, 'at', d.created_at, 'status', d.status)
      from outbox.deliveries d join outbox.messages m on m.id = d.message_id where d.id = v_number::bigint
    ) k;
  end if;
  v_amount := regexp_match(v_query, '^([0-9]{1,15}(?:[.,][0-9]{1,3})?)\s*([A-Za-z]{3})?$');
  if v_amount is not null then
    v_number := replace(v_amount[1], ',', '.')::numeric;
    v_found := v_found || coalesce((
      select jsonb_agg(k.it order by k.id desc)
      from (
        select p.id, console.record('payment', p.id) as it
        from (select x.id, x.amount_minor, x.currency from public.payments x order by x.id desc limit 20000) p
        where p.amount_minor in (v_number, v_number * 100, v_number * 1000)
          and split_part(ops.money(p.amount_minor, p.currency), ' ', 1)::numeric = v_number
          and (v_amount[2] is null or p.currency = upper(v_amount[2]))
        order by p.id desc limit v_most
      ) k
    ), '[]');
  end if;

  -- What providers call things.
  if v_query !~ '\s' then
    v_found := v_found || coalesce((
      select jsonb_agg(distinct console.record(k.kind, k.id)) filter (where k.id is not null)
      from inbox.providers v
      cross join lateral (
        select 'event' as kind, e.id from inbox.events e where e.provider = v.name and e.provider_event_id = v_query
        union all
        select 'payment', p.id from public.payments p where p.provider = v.name and p.provider_ref = v_query
        union all
        select 'payment', p.id from public.payments p where p.provider = v.name and p.part_of = v_query
        union all
        select 'payment', r.payment_id from public.refunds r where r.provider = v.name and r.provider_ref = v_query
        union all
        select 'payment', d.payment_id from public.disputes d where d.provider = v.name and d.provider_ref = v_query
        union all
        select 'membership', m.id from public.memberships m where m.provider = v.name and m.provider_ref = v_query
        union all
        select 'checkout', s.checkout_session_id from public.started_payments s
          where s.provider = v.name and s.provider_ref = v_query
      ) k
    ), '[]');
    -- Events that are about it and could not be applied.
    v_found := v_found || coalesce((
      select jsonb_agg(console.record('event', e.id) order by e.id desc)
      from (
        select x.id, x.subject, x.facts, x.waiting_for from inbox.events x
        where x.status in ('failed', 'dead', 'parked') order by x.id desc limit 2000
      ) e
      where length(v_query) > 3
        and (e.subject = v_query or e.waiting_for like '%/' || replace(replace(v_query, '_', '\_'), '%', '\%')
          or strpos(e.facts::text, to_jsonb(v_query)::text) > 0)
    ), '[]');
  end if;

  -- People, by their address or its beginning.
  if length(v_query) >= 3 and v_query !~ '\s' and v_query !~ '^#?[0-9.,]+$' then
    v_found := v_found || coalesce((
      select jsonb_agg(jsonb_build_object('kind', 'person', 'id', coalesce(p.user_id::text, p.account_email),
        'title', p.account_email, 'detail', concat_ws(' · ', p.name, p.orders + p.guest_orders || case when
          p.orders + p.guest_orders = 1 then ' order' else ' orders' end),
        'at', p.created_at, 'status', case when p.user_id is null then 'guest' when p.confirmed then 'confirmed'
          else 'unconfirmed' end) order by p.account_email)
      from ops.find_person(v_query) p
    ), '[]');
  end if;
  if strpos(v_query, '@') > 0 then
    v_found := v_found || coalesce((
      select jsonb_agg(k.it order by k.at desc)
      from (
        (select console.record('order', o.id) as it, o.created_at as at
          from public.checkout_sessions s join public.orders o on o.checkout_session_id = s.id
          where lower(s.email) = lower(v_query) order by o.id desc limit v_most)
        union all
        (select console.record('checkout', s.id), s.created_at from public.checkout_sessions s
          where lower(s.email) = lower(v_query) and s.status <> 'payment_completed' order by s.created_at desc
          limit v_most)
        union all
        (select console.record('session', s.id), s.created_at from public.tutoring_sessions s
          where lower(v_query) in (s.student_email, s.tutor_email) order by s.id desc limit v_most)
        union all
        (select console.record('membership', m.id), m.created_at from public.memberships m
          where m.user_id is null and lower(m.email) = lower(v_query) limit v_most)
        union all
        (select console.record('membership', m.id), m.created_at
          from auth.users u join public.memberships m on m.user_id = u.id
          where u.email = lower(v_query) and u.email_confirmed_at is not null
          limit v_most)
      ) k
    ), '[]');
  end if;

  -- Why webhooks were rejected.
  if v_query ~ '^[a-z_]{3,60}$' then
    v_found := v_found || coalesce((
      select jsonb_agg(jsonb_build_object('kind', 'rejection', 'id', r.id, 'title', r.provider || ' ' || r.reason,
        'detail', ops.counted(r.count, 'request'), 'at', r.last_at, 'status', r.reason) order by r.minute desc)
      from (
        select x.*, jsonb_build_array(x.minute, x.provider, x.reason)::text as id
        from (select y.* from inbox.rejections y order by y.minute desc limit 5000) x
        where v_query in (x.reason, x.provider) order by x.minute desc limit 5
      ) r
    ), '[]');
  end if;

  return (
    select coalesce(jsonb_agg(f.value order by f.place), '[]')
    from (
      select f.value, min(f.ordinality) as place from jsonb_array_elements(v_found) with ordinality f
      group by f.value order by 2 limit v_most
    ) f
  );
end
$$;
comment on function console.find(text) is
  'Finds anything: [{kind, id, title, detail, at, status}], best first, at most 30. By our ids (with msg_, too), the '
  'numbers of orders and deliveries, providers'' ids of events, payments, refunds, disputes and memberships, addresses '
  'or their beginning, amounts (24.50; 24.50 EUR: among the newest 20000 payments), codes of rejections. Kinds: event, '
  'message, delivery, order, payment, checkout, session, membership, person, rejection.';
