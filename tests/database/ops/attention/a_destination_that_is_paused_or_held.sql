begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select outbox.pause('tests_a', 'under repair');
update outbox.destinations set held_until = now() + interval '1 minute', held_reason = 'no secret'
  where name = 'tests_b';

select results_eq(
  $$ select a.what, a.id, a.why from ops.attention a where a.id in ('tests_a', 'tests_b') order by 2 $$,
  $$ values ('destination paused', 'tests_a', 'under repair'), ('destination held', 'tests_b', 'no secret') $$,
    'both, with the reason'
);
select is((select a.remedy from ops.attention a where a.id = 'tests_a'), 'select outbox.resume(''tests_a'')',
  'and what to do');

select * from finish();
rollback;
