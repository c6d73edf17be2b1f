create function public.find_person(email text)
returns table (
  user_id uuid, account_email text, confirmed boolean, name text, picture_url text, created_at timestamptz,
  last_sign_in_at timestamptz, orders bigint, guest_orders bigint, cohorts text[], open_tickets bigint, credits bigint
)
language sql stable
security definer -- the schema ops stays closed to the Data API
set search_path = ''
begin atomic
  select p.* from ops.find_person(email) p;
end;
comment on function public.find_person(text) is
  'ops.find_person, for admins over the Data API: supabase.rpc("find_person").';
