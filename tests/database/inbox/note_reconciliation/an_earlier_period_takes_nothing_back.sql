begin;
select plan(1);

select tests.a_provider(now() - interval '1 hour');
select tests.remember('run', inbox.reconcile('tests', now() - interval '30 days', now() - interval '20 days')::text);
select inbox.note_reconciliation(tests.id('run'), 12, 0, 0, true);

select is((tests.the_provider()).reconciled_until, now() - interval '1 hour',
  'reconciling an earlier period takes nothing back');

select * from finish();
rollback;
