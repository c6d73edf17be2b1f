begin;
select plan(4);

select tests.an_admin('admin@tests.example');
insert into ops.decisions (command, about, reason, decided_by)
select 'tests.many', i::text, 'x', 'x' from generate_series(1, 100100) i;
analyze ops.decisions;
select tests.authenticate_as('admin@tests.example');

select is(console.count('decisions', '{"type": "tests.none"}') ->> 'exact', 'false',
  'beyond the bound it is an estimate');
select is(console.count('decisions') ->> 'exact', 'false', 'of all, too');
select ok((console.count('decisions') ->> 'count')::bigint between 90000 and 120000, 'a good one');
select is(console.count('decisions', '{"since": "2100-01-01"}'), '{"count": 0, "exact": true}', 'below it is exact');

select * from finish();
rollback;
