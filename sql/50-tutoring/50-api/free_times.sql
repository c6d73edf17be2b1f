-- Its names are looked up now and not when it is called: a caller needs no right to use the schema tutoring.
create function public.free_times(sku text, "from" timestamptz, "to" timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql stable
set search_path = ''
begin atomic
  select t.starts_at, t.ends_at from tutoring.times_of_product(free_times.sku, free_times."from", free_times."to") t;
end;
comment on function public.free_times(text, timestamptz, timestamptz) is
  'For shops: when a tutoring session that is on sale can begin, from a moment on and before another, at most 62 days '
  'later. A time that is listed can be bought (starts_at of the item); of a tutor with hours, no other can. It tells '
  'when, and nothing of whom. Raises PT404 unknown_item, 22023 range_invalid.';
