create function public.spend_credits(credits integer, key text, note text default null, user_id uuid default null)
  returns public.credit_ledger
language sql
security definer -- the schema community stays closed to the Data API
set search_path = ''
begin atomic
  select community.spend_credits(credits, key, note, user_id);
end;
comment on function public.spend_credits(integer, text, text, uuid) is
  'community.spend_credits, for the Data API: supabase.rpc("spend_credits", { credits, key, note }).';
