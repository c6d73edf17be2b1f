begin;
select plan(3);

select is(tests.missing('events', variadic '{}'::jsonb[]), null, 'nothing is missing');
select throws_ok($$ select * from inbox.missing('[]', 'things') $$, '22023', 'there is no list of things',
  'there are lists of events, and of objects');
select throws_ok($$ select * from inbox.missing('[]', null) $$, '22023', 'there is no list of (none)',
  'one must be named');

select * from finish();
rollback;
