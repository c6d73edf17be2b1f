begin;
select plan(4);

select is(ops.iso_utc('2026-03-01 12:00:00.1239+02'), '2026-03-01T10:00:00.123Z', 'in UTC, with milliseconds');
select is(ops.iso_utc('2026-03-01 00:00:00Z'), '2026-03-01T00:00:00.000Z', 'also when there are none');
select is(ops.iso_utc(null), null, 'no time is no time');
set local timezone = 'Africa/Douala';
select is(ops.iso_utc('2026-03-01 00:00:00Z'), '2026-03-01T00:00:00.000Z', 'wherever the session is');

select * from finish();
rollback;
