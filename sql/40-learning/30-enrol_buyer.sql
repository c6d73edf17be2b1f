-- The one way by which a payment enrols somebody.
create function learning.enrol_buyer(order_item_id uuid) returns text
language plpgsql
set search_path = ''
as $$
declare
  v record;
begin
  select i.cohort_id, i.sku, o.email, o.user_id into v
  from public.order_items i join public.orders o on o.id = i.order_id
  where i.id = enrol_buyer.order_item_id;
  if exists (select 1 from public.enrollments e where e.order_item_id = enrol_buyer.order_item_id) then
    return null;
  end if;
  insert into public.enrollments as e (cohort_id, email, user_id, order_item_id)
  values (v.cohort_id, v.email, v.user_id, enrol_buyer.order_item_id)
  on conflict on constraint a_person_enrols_once_in_a_cohort do update
  set status = 'active', order_item_id = excluded.order_item_id, user_id = coalesce(excluded.user_id, e.user_id)
  where e.status = 'cancelled' and e.order_item_id is distinct from excluded.order_item_id;
  if not exists (select 1 from public.enrollments e where e.order_item_id = enrol_buyer.order_item_id) then
    return format('%s had a seat of %s already when this was paid. Refund it.', v.email, v.sku);
  end if;
  return null;
end
$$;
comment on function learning.enrol_buyer(uuid) is
  'Enrols the buyer of a seat, which his checkout had set aside. Once, however often it is called. Returns null, or in words why it cannot: he has a seat already.';
