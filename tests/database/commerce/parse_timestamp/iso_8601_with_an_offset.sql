begin;
select plan(5);

select is(commerce.parse_timestamp('2026-11-25T15:00:00Z'), '2026-11-25 15:00:00+00'::timestamptz, 'in UTC');
select is(commerce.parse_timestamp('2026-11-25T16:00+01:00'), '2026-11-25 15:00:00+00'::timestamptz,
  'with an offset, without seconds');
select is(commerce.parse_timestamp('2026-11-25T16:00:00.5+0100'), '2026-11-25 15:00:00.5+00'::timestamptz,
  'with a fraction of a second');
select is(commerce.parse_timestamp(null), null, 'null gives null');
set local timezone = 'Africa/Douala';
set local datestyle = 'SQL, DMY';
select is(commerce.parse_timestamp('2026-11-05T15:00:00Z'), make_timestamptz(2026, 11, 5, 15, 0, 0, 'UTC'),
  'whatever the session''s DateStyle is');

select * from finish();
rollback;
