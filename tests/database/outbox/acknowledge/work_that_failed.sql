begin;
select plan(8);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first');

-- The receipt that the receiver of the delivery sends.
create function tests.says(failed text default null) returns text language sql as $$
  select concat_ws(' ', r.outcome, case when r.late then 'late' end, case when r.duplicate then 'again' end)
  from outbox.acknowledge((tests.the_delivery('first')).id, outbox.receipt_signature((tests.the_delivery('first')).id),
    failed) r
$$;
select is(tests.says('no such product'), 'failed', 'is noted');
select is((tests.the_delivery('first')).processing_error, 'no such product', 'with the reason');
select is((tests.the_delivery('first')).processed_at, null, 'as not done');
select is(tests.says(' '), 'failed again', 'it may fail again');
select is((tests.the_delivery('first')).processing_error, 'no reason given', 'for another reason, or without one');
select is(tests.says(), 'processed', 'and succeed in the end');
select is((tests.the_delivery('first')).processing_error, null, 'then it has no error');
select is(tests.says('too late to report a failure'), 'processed again', 'a failure cannot be reported any more');

select * from finish();
rollback;
