-- What the local stack has to sell, so that the examples work at once.
insert into public.credit_packs (provider, provider_ref, name, credits, price_minor, currency) values
  ('whop', 'pack_100', '100 credits', 100, 4900, 'USD'),
  ('whop', 'pack_100', '100 credits', 100, 4900, 'EUR')
on conflict do nothing;
