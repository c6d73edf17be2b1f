begin;
select plan(3);

-- Whole hours, halves and quarters; summer time of an hour and of half of one, in the north and the south; none.
create temporary table zones (name) as values
  ('UTC'), ('Africa/Douala'), ('Africa/Casablanca'), ('America/New_York'), ('America/St_Johns'), ('Asia/Kathmandu'),
  ('Asia/Kolkata'), ('Australia/Lord_Howe'), ('Europe/Berlin'), ('Europe/London'), ('Pacific/Auckland'),
  ('Pacific/Chatham'), ('America/Sao_Paulo'), ('Africa/Cairo'), ('America/Santiago');
create temporary table clocks as
select z.name, o.* from zones z
cross join lateral tutoring.utc_offsets(z.name, '2026-01-01Z', '2028-01-01Z') o;

select is_empty(
  $$ select z.name, q.at from zones z
     cross join generate_series(timestamptz '2026-01-01Z', '2028-01-01Z', interval '30 minutes') q (at)
     where not exists (
       select from clocks c where c.name = z.name and c.during @> q.at
         and (q.at at time zone 'UTC') + c.utc_offset = q.at at time zone z.name
     ) $$,
  'at each moment of two years the offset is the clock''s'
);
select is_empty(
  $$ select from clocks a join clocks b on a.name = b.name and a.ctid < b.ctid and a.during && b.during $$,
  'and there is one for each moment');
select is((select count(*)::integer from clocks c where c.name = 'Europe/Berlin'), 5, 'four changes are five periods');

select * from finish();
rollback;
