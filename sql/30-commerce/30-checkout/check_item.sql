create function commerce.check_item(
  sku text, kind public.product_kind, cohort_id uuid, quantity integer, starts_at timestamptz, email text
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_tutor_email text;
  v_minutes integer;
begin
  if kind = 'tutoring_session' then
    if starts_at is null then
      raise exception 'product % needs the time it is to begin at', sku
        using errcode = '22023', detail = 'starts_at_missing', hint = 'Pass starts_at, such as 2026-11-25T15:00:00Z.';
    elsif starts_at < now() then
      raise exception 'product % cannot begin in the past', sku
        using errcode = '22023', detail = 'starts_at_past',
        hint = 'Let the buyer choose another time.';
    elsif quantity > 1 then
      raise exception 'product % can be booked once for one time', sku
        using errcode = '22023', detail = 'quantity_invalid',
        hint = 'Pass an item for each time.';
    end if;
    select p.tutor_email, p.session_minutes into v_tutor_email, v_minutes from public.products p
    where p.sku = check_item.sku;
    perform tutoring.check_bookable('product ' || sku, v_tutor_email, starts_at, v_minutes);
  elsif starts_at is not null then
    raise exception 'product % has no time to begin at', sku
      using errcode = '22023', detail = 'starts_at_unexpected',
      hint = 'Leave starts_at out.';
  end if;
  if kind = 'cohort_seat' then
    if quantity > 1 then
      raise exception 'one person takes one seat of %', sku
        using errcode = '22023', detail = 'quantity_invalid',
        hint = 'Everybody else checks out with an address of their own.';
    elsif learning.is_enrolled(cohort_id, email) then
      raise exception 'this buyer has a seat of % already', sku
        using errcode = 'P0001', detail = 'already_enrolled',
        hint = 'Take the item out.';
    end if;
  end if;
end
$$;
comment on function commerce.check_item(text, public.product_kind, uuid, integer, timestamptz, text) is
  'Checks what an item must have beyond sku and quantity, by its kind. Raises as commerce.open_checkout does.';
