create function community.has_access(product text default null) returns boolean
language plpgsql stable
security definer -- the caller may not read the settings
set search_path = ''
as $$
begin
  return exists (
    select 1 from public.memberships m
    where m.user_id = auth.uid()
      and (
        has_access.product is null
        or m.product_ref = has_access.product
        or exists (
          select 1 from public.membership_products p
          where p.product = has_access.product and p.provider = m.provider and p.provider_ref = m.product_ref
        )
      )
      and community.access_until(m) > now()
  );
end
$$;
comment on function community.has_access(text) is
  'Whether the signed-in account has access to a product by a membership: by its name in membership_products, or by '
  'the provider''s id. Without a product: by any membership. For policies: using ((select '
  'community.has_access(''club''))). False for guests.';
