-- What the Flutter app streams.
alter publication supabase_realtime add table public.orders, public.payments;
