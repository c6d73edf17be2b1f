create function commerce.guard_discount() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_unknown text;
begin
  new.code := upper(btrim(new.code));
  select s.sku into v_unknown from unnest(new.skus) s (sku)
  where not exists (select 1 from public.products p where p.sku = s.sku) limit 1;
  if v_unknown is not null then
    raise exception 'there is no product with the sku "%"', v_unknown
      using errcode = '23514', hint = 'Name skus of public.products, or leave skus null: the discount is for all.';
  end if;
  return new;
end
$$;
comment on function commerce.guard_discount() is
  'Row trigger: a discount''s code is in capitals, and its products exist. Raises 23514.';

create trigger guard before insert or update of code, skus on public.discounts
for each row execute function commerce.guard_discount();
