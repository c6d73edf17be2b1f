create function commerce.limit_guests(checkout_session_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_share numeric := (select s.guest_share from commerce.settings s);
  v_item record;
begin
  -- The caller has made its reservations: products and cohorts are locked, so the counts stay as they are.
  for v_item in
    select r.sku, r.name, r.held, r.total, r.own
    from (
      select p.sku, p.name, p.id, sum(h.quantity) filter (where s.guest) as held, p.stock + sum(h.quantity) as total,
        sum(h.quantity) filter (where s.id = limit_guests.checkout_session_id) as own
      from public.products p
      join public.stock_reservations h on h.product_id = p.id and h.status = 'held'
      join public.checkout_sessions s on s.id = h.checkout_session_id
      where p.stock is not null
        and p.id in (
          select own.product_id from public.stock_reservations own
          where own.checkout_session_id = limit_guests.checkout_session_id
        )
      group by p.id
      union all
      select c.name, c.name, c.id, sum(h.quantity) filter (where s.guest), greatest(learning.free_seats(c.id), 0) +
        sum(h.quantity),
        sum(h.quantity) filter (where s.id = limit_guests.checkout_session_id)
      from public.cohorts c
      join public.stock_reservations h on h.cohort_id = c.id and h.status = 'held'
      join public.checkout_sessions s on s.id = h.checkout_session_id
      where c.id in (
        select own.cohort_id from public.stock_reservations own
        where own.checkout_session_id = limit_guests.checkout_session_id
      )
      group by c.id
    ) r
  loop
    -- A guest may buy the last two mugs; holding large quantities unpaid is refused.
    if v_item.held > ceil(v_item.total * v_share) and (v_item.held > v_item.own or v_item.own > 4) then
      raise exception 'no more of % can be reserved for you right now: others hold too much of it, or you ask for too '
        'many',
        v_item.sku
        using errcode = 'P0001', detail = 'held_by_others', column = v_item.name,
          hint = 'Ask for fewer, sign in, or try again in some minutes: unpaid stock is released.';
    end if;
  end loop;

  if exists (
    select 1
    from public.stock_reservations h
    join public.checkout_sessions s on s.id = h.checkout_session_id and s.guest
    where h.status = 'held' and h.tutor_email in (
      select own.tutor_email from public.stock_reservations own
      where own.checkout_session_id = limit_guests.checkout_session_id
    )
    group by h.tutor_email
    having count(*) > (select t.guest_sessions from commerce.settings t)
  ) then
    raise exception 'no time of this tutor can be set aside for you right now: others hold many times, or you ask for '
      'too many'
      using errcode = 'P0001', detail = 'held_by_others',
        hint = 'Ask for fewer, sign in, or try again in some minutes: what others do not pay for comes back.';
  end if;
end
$$;
comment on function commerce.limit_guests(uuid) is
  'Refuses a guest''s new checkout when guests who have not paid would hold more than commerce.settings.guest_share of '
  'a product''s stock or a cohort''s seats, or more than guest_sessions times of a tutor. Raises P0001 held_by_others.';
