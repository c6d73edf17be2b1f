begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
update outbox.deliveries set status = 'delivered', settled_at = now(), receipt_due_at = now() - interval '1 hour';
select throws_ok((select a.remedy from ops.attention a where a.what = 'receipt overdue'), '22023', null,
  'for a reason');
select lives_ok(tests.the_remedy('receipt overdue'), 'with one');
select is_empty($$ select 1 from ops.attention a where a.what = 'receipt overdue' $$, 'it is done');
select is(tests.refusal('select outbox.mark_processed(-1, ''x'')'), 'P0002', 'one that waits for nothing');

select * from finish();
rollback;
