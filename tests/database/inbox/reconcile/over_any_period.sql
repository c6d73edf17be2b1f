begin;
select plan(4);

select tests.a_provider();
select tests.remember('run', inbox.reconcile('tests', since => now() - interval '30 days')::text);
select is((tests.the_reconciliation('run')).since, now() - interval '30 days', 'from a given time');
select is((tests.the_reconciliation('run')).until, now() - interval '2 minutes', 'until now');
select tests.remember('run', inbox.reconcile('tests', now() - interval '30 days', now() - interval '20 days')::text);
select is((tests.the_reconciliation('run')).until, now() - interval '20 days', 'or to a given time');
select tests.is_refused($$ select inbox.reconcile('tests', now(), now() - interval '1 day') $$, 'it_looks_forward',
  'but not backwards');

select * from finish();
rollback;
