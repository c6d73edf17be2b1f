begin;
select plan(3);

select tests.a_provider(now() - interval '30 days');
select tests.a_reconciliation('run', '30 days');
select inbox.note_reconciliation(tests.id('run'), 0, 0, 0, true, 'Not connected: TESTS_API_KEY not set.');

select is((tests.the_reconciliation('run')).completed_at, now(), 'it is complete');
select is((tests.the_reconciliation('run')).remark, 'Not connected: TESTS_API_KEY not set.',
  'and says why there was nothing to ask');
select is((tests.the_provider()).reconciled_until, now() - interval '30 days',
  'once it is connected, the whole period is reconciled');

select * from finish();
rollback;
