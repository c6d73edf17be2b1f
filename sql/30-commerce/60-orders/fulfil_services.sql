create function commerce.fulfil_services(order_id uuid) returns text
language plpgsql
set search_path = ''
as $$
declare
  v_order public.orders;
  v_item record;
  v_trouble text[] := '{}';
begin
  select o.* into v_order from public.orders o where o.id = fulfil_services.order_id for no key update;
  for v_item in
    select i.id, i.kind, i.product_id
    from public.order_items i
    where i.order_id = v_order.id and i.kind in ('cohort_seat', 'tutoring_session')
      -- Items that were sold out meanwhile are not fulfilled until commerce.settle_order finds stock.
      and exists (
        select 1 from public.stock_reservations r
        where r.checkout_session_id = v_order.checkout_session_id and r.product_id = i.product_id
          and r.starts_at is not distinct from i.starts_at and r.status = 'taken'
      )
    order by i.product_id, i.starts_at
  loop
    v_trouble := array_remove(v_trouble || case v_item.kind
      when 'cohort_seat' then learning.enrol_buyer(v_item.id)
      else tutoring.book_session(v_item.id)
    end, null);
  end loop;
  if exists (select 1 from public.order_items i where i.order_id = v_order.id and i.kind = 'credit_pack') then
    perform community.settle_credits(p) from public.payments p where p.id = v_order.payment_id;
  end if;
  return nullif(array_to_string(v_trouble, ' '), '');
end
$$;
comment on function commerce.fulfil_services(uuid) is
  'Fulfils the services of an order: enrols, books and credits; done once, however often it is called. Returns null, '
  'or a text about what an admin must settle.';
