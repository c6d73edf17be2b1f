begin;
select plan(4);

select tests.a_provider();
select tests.a_reconciliation('run');
select is_empty($$ select 1 from ops.attention a where a.which = 'tests' $$,
  'one that has just started is in progress');
select inbox.note_reconciliation(tests.id('run'), 0, 0, 0, false, 'the provider answered 401');
select is((select a.what from ops.attention a where a.which = 'tests'), 'reconciliation failing',
  'one that the provider refused needs a person');
update inbox.reconciliations set started_at = now() - interval '61 minutes' where provider = 'tests';
select results_eq(
  $$ select a.what, a.id, a.why, a.since from ops.attention a where a.which = 'tests' $$,
  $$ select 'reconciliation incomplete for over an hour', tests.id('run')::text, 
    'the provider answered 401. Webhooks of tests that do not arrive are not found meanwhile.',
    now() - interval '61 minutes' $$,
  'after an hour an admin should look at it'
);
select tests.a_reconciliation('next');
select inbox.note_reconciliation(tests.id('next'), 5, 0, 0, true);
select is_empty($$ select 1 from ops.attention a where a.which = 'tests' $$,
  'a later complete one covers the same period');

select * from finish();
rollback;
