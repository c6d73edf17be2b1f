create function learning.settle_enrolments(order_id uuid, refunded boolean) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_enrollment record;
begin
  if settle_enrolments.refunded then
    update public.enrollments e set status = 'cancelled', cancelled_by_refund = true
    where e.status = 'active' and e.order_item_id in (select i.id from public.order_items i
      where i.order_id = settle_enrolments.order_id);
    return;
  end if;
  for v_enrollment in
    select e.id, i.sku
    from public.order_items i join public.enrollments e on e.order_item_id = i.id
    where i.order_id = settle_enrolments.order_id and e.cancelled_by_refund
    order by e.cohort_id
  loop
    begin
      update public.enrollments e set status = 'active' where e.id = v_enrollment.id;
    exception when check_violation then
      update public.orders o
      set status = 'needs_attention',
          attention_reason = concat_ws(' ', o.attention_reason,
            format('Its refund failed, and the seat of %s was sold since. Refund it again.', v_enrollment.sku))
      where o.id = settle_enrolments.order_id;
    end;
  end loop;
end
$$;
comment on function learning.settle_enrolments(uuid, boolean) is
  'An order was refunded in full: the seats it bought are free again. Or that refund failed: they are active again, '
  'where they are free.';
