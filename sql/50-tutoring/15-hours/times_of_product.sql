create function tutoring.times_of_product(sku text, "from" timestamptz, "to" timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
security definer -- strangers ask for it, and may not read tutors' addresses
set search_path = ''
as $$
declare
  v_product public.products;
begin
  select p.* into v_product from public.products p
  where p.sku = times_of_product.sku and p.active and p.kind = 'tutoring_session';
  if not found then
    raise exception 'there is no tutoring session % on sale', times_of_product.sku
      using errcode = 'PT404', detail = 'unknown_item', hint = 'Show the catalogue again.';
  end if;
  return query
  select f.starts_at, f.starts_at + make_interval(mins => v_product.session_minutes)
  from tutoring.free_times(v_product.tutor_email, times_of_product."from", times_of_product."to",
    v_product.session_minutes) f
  where coalesce(v_product.stock > 0, true)
  order by 1;
end
$$;
comment on function tutoring.times_of_product(text, timestamptz, timestamptz) is
  'For public.free_times: see there.';
