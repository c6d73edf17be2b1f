create function commerce.guard_fulfillment() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.order_id <> old.order_id then
    raise exception 'a fulfillment stays that of its order' using errcode = '23514';
  end if;
  if new.status <> old.status and (old.status, new.status) not in (
    ('pending', 'packed'), ('pending', 'shipped'), ('pending', 'cancelled'), ('packed', 'pending'),
    ('packed', 'shipped'), ('packed', 'cancelled'),
    ('shipped', 'delivered'), ('shipped', 'returned'), ('delivered', 'returned'), ('cancelled', 'pending')
  ) then
    raise exception 'a fulfillment cannot go from % to %', old.status, new.status
      using errcode = '23514', hint
      = 'pending → packed → shipped → delivered; cancelled before it was shipped, returned after.';
  end if;
  if new.status = 'pending' and old.status = 'cancelled'
    and exists (select 1 from public.orders o where o.id = new.order_id and o.status = 'refunded') then
    raise exception 'the order is refunded: there is nothing to send' using errcode = '23514';
  end if;
  if new.status <> 'cancelled' then
    new.cancelled_by_refund := false;
  end if;
  if new.status in ('shipped', 'delivered', 'returned') then
    new.shipped_at := coalesce(new.shipped_at, now());
  end if;
  if new.status = 'delivered' then
    new.delivered_at := coalesce(new.delivered_at, now());
  end if;
  return new;
end
$$;
comment on function commerce.guard_fulfillment() is
  'Row trigger: which transitions of a fulfillment are allowed, for any writer; sets when it was shipped and '
  'delivered.';

create trigger guard before update on public.fulfillments for each row execute function commerce.guard_fulfillment();
