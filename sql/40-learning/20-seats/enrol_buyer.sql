-- The only way a payment enrols somebody.
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
  elsif learning.is_enrolled(v.cohort_id, v.email) then
    return format('%s had a seat of %s already when this was paid. Refund it.', v.email, v.sku);
  elsif learning.free_seats(v.cohort_id) < 1 then
    -- It was given up, or never had, before this purchase counted (again): a refund that failed, an order that is
    -- settled.
    return format('The seat of %s was sold since. Raise the cohort''s capacity and settle, or refund it.', v.sku);
  end if;
  insert into public.enrollments as e (cohort_id, email, user_id, order_item_id)
  values (v.cohort_id, v.email, v.user_id, enrol_buyer.order_item_id)
  on conflict on constraint a_person_enrols_once_in_a_cohort do update
  set status = 'active', order_item_id = excluded.order_item_id, user_id = coalesce(excluded.user_id, e.user_id)
  -- A later purchase that an admin cancelled still takes precedence: this one does not undo that.
  where e.status = 'cancelled' and (e.order_item_id is null or e.order_item_id < excluded.order_item_id
    or e.cancelled_by_refund);
  if not found then
    return format('%s bought a seat of %s more than once. Refund what is too much.', v.email, v.sku);
  end if;
  return null;
end
$$;
comment on function learning.enrol_buyer(uuid) is
  'Enrols the buyer of a seat that was reserved by the checkout. Once, however often it is called. Returns null, or a '
  'text that says why not: the buyer has a seat already, or bought another since, or the seat was given up and sold.';
