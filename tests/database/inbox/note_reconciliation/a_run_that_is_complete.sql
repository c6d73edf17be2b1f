begin;
select plan(2);

select tests.a_provider(now() - interval '1 hour');
select tests.a_reconciliation('run');
select inbox.note_reconciliation(tests.id('run'), 12, 3, 2, true);

select results_eq(
  $$ select r.looked_at, r.missed, r.healed, r.tries, r.completed_at, r.remark from tests.the_reconciliation('run') r
  $$, $$ select 12, 3, 2, 1, now(), null::text $$, 'what it found'
);
select is((tests.the_provider()).reconciled_until, (tests.the_reconciliation('run')).until,
  'everything before its end is reconciled');

select * from finish();
rollback;
