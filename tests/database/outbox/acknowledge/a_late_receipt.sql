begin;
select plan(4);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first');

-- The receipt that the receiver of the delivery sends.
create function tests.says(failed text default null) returns text language sql as $$
  select concat_ws(' ', r.outcome, case when r.late then 'late' end, case when r.duplicate then 'again' end)
  from outbox.acknowledge((tests.the_delivery('first')).id, outbox.receipt_signature((tests.the_delivery('first')).id),
    failed) r
$$;
select is(tests.says(), 'processed', 'not where no receipt is due');
update outbox.deliveries set processed_at = null, receipt_due_at = now() where id = (tests.the_delivery('first')).id;
select is(tests.says(), 'processed', 'not before it is due');
update outbox.deliveries set processed_at = null, receipt_due_at = now() - interval '1 second'
  where id = (tests.the_delivery('first')).id;
select is(tests.says('why'), 'failed late', 'but after it is due');
update outbox.deliveries set processing_error = null, processed_at = receipt_due_at
  where id = (tests.the_delivery('first')).id;
select is(tests.says(), 'processed again', 'work that was done in time stays so, however often it is reported');

select * from finish();
rollback;
