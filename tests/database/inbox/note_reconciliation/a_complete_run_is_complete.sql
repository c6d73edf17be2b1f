begin;
select plan(2);

select tests.a_provider();
select tests.a_reconciliation('run');
select inbox.note_reconciliation(tests.id('run'), 12, 3, 2, true);
select inbox.note_reconciliation(tests.id('run'), 99, 9, 9, false, 'by a courier that was thought dead');

select results_eq(
  $$ select r.looked_at, r.missed, r.healed, r.tries, r.completed_at, r.remark from tests.the_reconciliation('run') r
  $$, $$ select 12, 3, 2, 1, now(), null::text $$, 'nothing is counted twice'
);
select lives_ok($$ select inbox.note_reconciliation('00000000-0000-4000-8000-000000000000', 1, 1, 1, true) $$,
  'a deleted run raises no error');

select * from finish();
rollback;
