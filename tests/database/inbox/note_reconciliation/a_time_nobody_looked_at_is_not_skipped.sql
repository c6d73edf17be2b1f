begin;
select plan(1);

-- The reconciler stood still for ten days; somebody looks at today first.
select tests.a_provider(now() - interval '10 days');
select tests.a_reconciliation('run', '1 day');
select inbox.note_reconciliation(tests.id('run'), 12, 0, 0, true);

select is((tests.the_provider()).reconciled_until, now() - interval '10 days',
  'the nine days before are still to be looked at');

select * from finish();
rollback;
