create function public.has_access(product text default null) returns boolean
language sql stable
security definer -- the schema community stays closed to the Data API
set search_path = ''
return community.has_access(product);
comment on function public.has_access(text) is
  'community.has_access, for the Data API: supabase.rpc("has_access", { product: "club" }).';
