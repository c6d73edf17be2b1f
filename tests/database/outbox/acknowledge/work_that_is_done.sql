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
select is(tests.says(), 'processed', 'is recorded, even before the courier recorded the delivery');
select is((tests.the_delivery('first')).processed_at, now(), 'with its time');
update outbox.deliveries set processed_at = now() - interval '1 day' where id = (tests.the_delivery('first')).id;
select is(tests.says(), 'processed again', 'and reported again');
select is((tests.the_delivery('first')).processed_at, now() - interval '1 day', 'changes nothing');

select * from finish();
rollback;
