begin;
select plan(3);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '100 days');
insert into outbox.attempts (delivery_id, number, started_at)
  values ((tests.the_delivery('one')).id, 1, now() - interval '100 days');

select is(ops.purge('deliveries', 100), 0, 'a delivery with attempts stays: nothing is deleted by a cascade');
update ops.retention set reached = null;
select is(ops.purge_all(), 2, 'one step deletes the attempts, and then the delivery');
select is_empty('select 1 from outbox.deliveries', 'both are deleted');

select * from finish();
rollback;
