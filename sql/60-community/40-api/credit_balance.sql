create function public.credit_balance(user_id uuid default null) returns bigint
language sql stable
security definer -- the schema community stays closed to the Data API
set search_path = ''
return community.balance(user_id);
comment on function public.credit_balance(uuid) is
  'community.balance, for the Data API: supabase.rpc("credit_balance").';
