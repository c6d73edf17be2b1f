create function commerce.is_address(address jsonb) returns boolean
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_typeof(address) = 'object'
    and address ?& '{line1,line2,city,region,postal_code,country}'
    and address - '{line1,line2,city,region,postal_code,country}'::text[] = '{}'
    and (address ->> 'country') ~ '^[A-Z]{2}$'
    and not exists (
      select 1 from jsonb_each(address) m
      where jsonb_typeof(m.value) not in ('string', 'null') or length(m.value #>> '{}') > 200
    );
end
$$;
comment on function commerce.is_address(jsonb) is
  'Whether this is an address: {line1, line2, city, region, postal_code, country}. country is ISO 3166-1 alpha-2 '
  '(DE); the others are text of at most 200 characters, or null.';
