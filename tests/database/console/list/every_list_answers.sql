begin;
select plan(2);

select tests.an_admin('admin@tests.example');
select tests.authenticate_as('admin@tests.example');
create temporary table lists as
select unnest('{events,messages,deliveries,rejections,reconciliations,audits,decisions,incidents,alerts}'::text[]) as
  what;
select is_empty($$
  select l.what, console.list(l.what, '{"since": "2026-01-01", "until": "2100-01-01", "text": "no such thing"}')
  from lists l where console.list(l.what, '{"since": "2026-01-01", "until": "2100-01-01", "text": "no such thing"}')
    -> 'rows' <> '[]'
$$, 'with times and a text');
select is_empty($$
  select l.what from lists l where (console.count(l.what, '{"since": "2100-01-01"}')) <> '{"count": 0, "exact": true}'
$$, 'and is counted');

select * from finish();
rollback;
