create view public.product_availability with (security_invoker = on) as
select p.id as product_id, p.sku, p.cohort_id, a.level, a.remaining
from public.products p
cross join lateral commerce.availability(p.id) a;
comment on view public.product_availability is
  'What of the catalogue can be bought now, for pages: level is available, few or none; remaining is how many are '
  'left, for products with show_count, else null.';
comment on column public.product_availability.level is
  'available; few: at most commerce.settings.few_left; none: sold out, or all held by unpaid checkouts.';
comment on column public.product_availability.remaining is
  'How many are left. Null: the shop does not show it (products.show_count), or it is not counted.';
comment on column public.product_availability.product_id is 'The product (public.products).';
comment on column public.product_availability.sku is 'The product''s name for programs.';
comment on column public.product_availability.cohort_id is 'The cohort that the seat is in. Null: it is no seat.';
