create function commerce.price_lines(
  lines numeric[], discounted boolean[], percent numeric, amount_minor numeric, shipping_minor numeric,
  tax_percent numeric, tax_included boolean,
  out items_minor numeric, out discount_minor numeric, out line_discounts numeric[], out tax_minor numeric,
  out total_minor numeric
)
language plpgsql immutable
set search_path = ''
as $$
declare
  v_weights numeric[];
  v_discountable numeric;
  v_net numeric;
begin
  select coalesce(sum(l.price), 0),
    coalesce(array_agg(case when l.counts then l.price else 0 end order by l.place), '{}'),
    coalesce(sum(l.price) filter (where l.counts), 0)
  into items_minor, v_weights, v_discountable
  from unnest(lines, discounted) with ordinality l (price, counts, place);
  discount_minor := least(
    v_discountable, coalesce(price_lines.amount_minor, round(v_discountable * coalesce(price_lines.percent, 0) / 100))
  );
  line_discounts := commerce.allocate(discount_minor, v_weights);
  v_net := items_minor - discount_minor + price_lines.shipping_minor;
  tax_minor := case
    when price_lines.tax_included then round(v_net * coalesce(tax_percent, 0) / (100 + coalesce(tax_percent, 0)))
    else round(v_net * coalesce(tax_percent, 0) / 100)
  end;
  total_minor := v_net + case when price_lines.tax_included then 0 else tax_minor end;
end
$$;
comment on function commerce.price_lines(numeric[], boolean[], numeric, numeric, numeric, numeric, boolean) is
  'The arithmetic of a checkout, in minor units: items − discount + shipping + tax = total; tax that the prices '
  'contain is not added. lines: price times quantity. discounted: which of them the discount is for. Half a unit is '
  'rounded up. line_discounts: the discount''s part of each line.';
