begin;
select plan(4);

select tests.a_provider(now() - interval '1 hour');
select tests.a_reconciliation('run');
select inbox.note_reconciliation(tests.id('run'), 12, 3, 2, false, 'the provider answered 500');

select is((tests.the_reconciliation('run')).completed_at, null, 'it is not complete');
select is((tests.the_reconciliation('run')).remark, 'the provider answered 500', 'and says why');
select is((tests.the_provider()).reconciled_until, now() - interval '1 hour',
  'the next run starts where the last complete one ended');
select inbox.note_reconciliation(tests.id('run'), 40, 1, 1, true);
select results_eq(
  $$ select r.looked_at, r.missed, r.healed, r.tries, r.completed_at, r.remark from tests.the_reconciliation('run') r
  $$, $$ select 40, 4, 3, 2, now(), null::text $$,
  'the retry covers the whole period again; events received by the first attempt are not missing any more'
);

select * from finish();
rollback;
