begin;
select plan(1);

-- The reconciler did not run for ten days; an admin reconciles today first.
select tests.a_provider(now() - interval '10 days');
select tests.a_reconciliation('run', '1 day');
select inbox.note_reconciliation(tests.id('run'), 12, 0, 0, true);

select is((tests.the_provider()).reconciled_until, now() - interval '10 days',
  'the nine days before are still to be reconciled');

select * from finish();
rollback;
