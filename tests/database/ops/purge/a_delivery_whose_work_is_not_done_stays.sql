begin;
select plan(5);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('failed', 'delivered', '100 days'), tests.a_settled('no receipt', 'delivered', '100 days'),
  tests.a_settled('done', 'delivered', '100 days');
update outbox.deliveries set receipt_due_at = settled_at + interval '15 minutes' where destination = 'tests_a';
update outbox.deliveries set processing_error = 'The sheet is full.' where id = (tests.the_delivery('failed')).id;
update outbox.deliveries set processed_at = settled_at where id = (tests.the_delivery('done')).id;

select is(ops.purge('deliveries', 100), 1, 'only the one whose receiver reported its work as done goes');
select isnt((tests.the_delivery('failed')).id, null, 'work that failed waits for a person');
select isnt((tests.the_delivery('no receipt')).id, null, 'and so does work of which nothing was heard');
select is((select count(*)::integer from ops.attention a where a.what in ('work failed at the receiver',
  'receipt overdue')), 2, 'who is told of both');
select outbox.mark_processed(d.id, reason => 'done by hand') from outbox.deliveries d where d.destination = 'tests_a';
update ops.retention set reached = null;
select is(ops.purge('deliveries', 100), 2, 'once a person says that it is done, they go too');

select * from finish();
rollback;
