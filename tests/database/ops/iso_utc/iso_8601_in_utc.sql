begin;
select plan(4);

select is(ops.iso_utc('2026-03-01 12:00:00.1239+02'), '2026-03-01T10:00:00.123Z', 'in UTC, with milliseconds');
select is(ops.iso_utc('2026-03-01 00:00:00Z'), '2026-03-01T00:00:00.000Z', 'with milliseconds even at a full second');
select is(ops.iso_utc(null), null, 'null gives null');
set local timezone = 'Africa/Douala';
select is(ops.iso_utc('2026-03-01 00:00:00Z'), '2026-03-01T00:00:00.000Z', 'in any time zone of the session');

select * from finish();
rollback;
