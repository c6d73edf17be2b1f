create function commerce.availability(product_id uuid) returns table (level text, remaining bigint)
language plpgsql stable
security definer -- readers of the catalogue see whether there are any, and not how many
set search_path = ''
as $$
declare
  v record;
  v_left bigint;
  v_few integer;
begin
  select p.stock, p.cohort_id, p.show_count, p.active into v from public.products p
  where p.id = availability.product_id;
  if not found then
    return;
  end if;
  v_left := least(v.stock, case when v.cohort_id is not null then learning.free_seats(v.cohort_id) end);
  select s.few_left into v_few from commerce.settings s;
  return query select
    case when v_left is null or v_left > v_few then 'available' when v_left > 0 then 'few' else 'none' end,
    case when v.show_count and v_left is not null then greatest(v_left, 0) end;
end
$$;
comment on function commerce.availability(uuid) is
  'Whether a product can be bought now: available, few (at most commerce.settings.few_left) or none, by its stock and, '
  'of a seat, by the free seats of its cohort; what unpaid checkouts hold is not free. remaining: how many, where '
  'products.show_count says so; null where it does not, and for what is not counted. A tutor''s time is not looked at.';
